import type { DependencyKind } from "./unit.ts";

/** What makes a unit count as affected by itself. */
export type Cause =
  /** A changed file that it owns. */
  | { readonly kind: "file"; readonly path: string }
  /** A changed lock file in which it resolves differently, or which cannot be taken apart. */
  | { readonly kind: "lock"; readonly path: string; readonly what: string }
  /** A changed file from which it takes something over. */
  | { readonly kind: "inherited"; readonly path: string; readonly what: string }
  /** A changed file that decides for everything. */
  | { readonly kind: "global"; readonly path: string; readonly what: string }
  /** Something that cannot be known. */
  | { readonly kind: "unknown"; readonly path?: string | undefined; readonly what: string };

/** Why a unit is affected: a cause of its own, or a unit that it needs and that is affected. */
export interface AffectedReason {
  readonly cause: Cause;
  /** `id` of the unit that this is about. */
  readonly unit: string;
  readonly name: string;
  /** How many units the chain has, from 1. */
  readonly length: number;
  /** How the unit needs the one before it; only where `previous` is there. */
  readonly dependency?: { readonly kind: DependencyKind; readonly manifest: string } | undefined;
  /** Why the unit before it is affected. */
  readonly previous?: AffectedReason | undefined;
}

/** The chain of a reason from the unit that the cause is at to the unit that the reason is about. */
export function reasonChain(reason: AffectedReason): readonly AffectedReason[] {
  const chain: AffectedReason[] = [];
  for (let at: AffectedReason | undefined = reason; at !== undefined; at = at.previous) chain.push(at);
  return chain.reverse();
}

/** Names come from the repository: what could move the cursor or break the line is shown as JSON does. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(text)
    ? JSON.stringify(text).replace(
        // oxlint-disable-next-line no-control-regex
        /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    : text;
}

/** Puts a cause into words: a path, with what about it matters in brackets. */
export function describeCause(cause: Cause): string {
  if (cause.kind === "file") return plain(cause.path);
  if (cause.path === undefined) return plain(cause.what);
  return `${plain(cause.path)} (${plain(cause.what)})`;
}

/**
 * Puts a reason on one line.
 * @example
 * ```js
 * describeReason(reason); // "packages/ui/src/button.ts -> @shop/ui -> @shop/web (dev) -> @shop/e2e"
 * ```
 */
export function describeReason(reason: AffectedReason): string {
  const units = reasonChain(reason).map(({ name, dependency }) =>
    dependency === undefined || dependency.kind === "runtime" ? plain(name) : `${plain(name)} (${dependency.kind})`,
  );
  return [describeCause(reason.cause), ...units].join(" -> ");
}

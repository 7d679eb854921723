/** How bad a vulnerability is. */
export type AdvisoryLevel = "info" | "low" | "moderate" | "high" | "critical" | "unknown";

/** A known vulnerability of a package. */
export interface Advisory {
  readonly name: string;
  readonly level: AdvisoryLevel;
  readonly title: string;
  readonly url?: string | undefined;
  readonly fix?: string | undefined;
}

/** What an audit came to: `unknown` where it could not ask. */
export type AuditResult =
  | { readonly status: "known"; readonly advisories: readonly Advisory[] }
  | { readonly status: "unknown"; readonly message: string };

/** Levels from the lightest to the gravest. */
export const LEVELS: readonly AdvisoryLevel[] = ["info", "low", "moderate", "high", "critical"];

/** The level that a tool calls so. */
export function levelOf(word: unknown): AdvisoryLevel {
  const known = String(word).toLowerCase();
  if (known === "medium") return "moderate";
  return LEVELS.find((level) => level === known) ?? "unknown";
}

import type { Requirement } from "./requirement.ts";
import { isTable, parseJson } from "../../project/read-data.ts";

/** What is read of a `package.json`. */
export interface NodeManifest {
  readonly name: string | undefined;
  readonly groups: Readonly<Record<NodeGroup, readonly Requirement[]>>;
  /** Names whose versions the repository forces, which lock files show and manifests do not. */
  readonly forced: ReadonlySet<string>;
  readonly packageManager: string | undefined;
}

/** Groups of dependencies that a lock file follows. */
export type NodeGroup = "dependencies" | "devDependencies" | "optionalDependencies" | "peerDependencies";

const GROUPS: readonly NodeGroup[] = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/** Reads a `package.json`; `undefined` where it is none. */
export function readNodeManifest(text: string): NodeManifest | undefined {
  const manifest = parseJson(text);
  if (!isTable(manifest)) return undefined;
  const groups = Object.fromEntries(GROUPS.map((group) => [group, requirementsOf(manifest[group])]));
  const pnpm = isTable(manifest["pnpm"]) ? manifest["pnpm"] : {};
  const forcing = [manifest["overrides"], manifest["resolutions"], pnpm["overrides"]].filter((one) => isTable(one));
  return {
    name: typeof manifest["name"] === "string" ? manifest["name"] : undefined,
    groups: groups as Readonly<Record<NodeGroup, readonly Requirement[]>>,
    forced: new Set(forcing.flatMap((one) => Object.keys(one).map(nameOfOverride))),
    packageManager: typeof manifest["packageManager"] === "string" ? manifest["packageManager"] : undefined,
  };
}

/** What is installed in a folder: without peers, and where two groups have a name, the one that npm takes. */
export function installedBy({ groups }: NodeManifest): readonly Requirement[] {
  const byName = new Map<string, Requirement>();
  for (const group of ["devDependencies", "dependencies", "optionalDependencies"] as const) {
    for (const one of groups[group]) byName.set(one.name, one);
  }
  return [...byName.values()];
}

/** Requirements of an object of names and ranges. */
export function requirementsOf(value: unknown): readonly Requirement[] {
  if (!isTable(value)) return [];
  return Object.entries(value).flatMap(([name, range]) => (typeof range === "string" ? [{ name, range }] : []));
}

/** The package that `a>@scope/b@2`, `**\/b` or `b@^1` is about. */
export function nameOfOverride(key: string): string {
  const last = key.split(">").at(-1)?.trim() ?? key;
  const named = /(?:^|\/)((?:@[^/]+\/)?[^/@]+)(?:@.*)?$/.exec(last)?.[1];
  return named ?? last;
}

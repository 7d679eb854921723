import { canonical, field, fieldsOf, textOf } from "../field.ts";
import type { LockImporter, LockNode, LockReader } from "./lock-graph.ts";

const GROUPS = ["dependencies", "devDependencies", "optionalDependencies"] as const;
/** Parts that are taken apart here or that say nothing of what is installed. */
const KNOWN = new Set([
  "importers",
  "packages",
  "snapshots",
  "catalogs",
  "time",
  "specifiers",
  ...GROUPS,
  "dependenciesMeta",
]);

/** Marks that follow from who needs a package, not from what it is. */
const MARKS = new Set(["dev", "optional"]);

const INSTALLED = ["dependencies", "optionalDependencies"] as const;

/** What a snapshot calls its packages, and where those go that are no packages. */
function namesWithLinks(group: unknown): readonly unknown[] {
  return fieldsOf(group)
    .map(([name, reference]) =>
      textOf(reference)?.startsWith("link:") === true ? `${name} ${String(reference)}` : name,
    )
    .sort();
}

/** Splits `@scope/name@1.0.0(peer@2.0.0)`. */
function splitKey(key: string): { readonly name: string; readonly version: string } {
  const bare = key.replace(/^\//, "");
  const at = bare.indexOf("@", 1);
  return at === -1 ? { name: bare, version: "" } : { name: bare.slice(0, at), version: bare.slice(at + 1) };
}

/** The key without what peers add to it. */
function withoutPeers(key: string): string {
  const bracket = key.indexOf("(");
  return bracket === -1 ? key : key.slice(0, bracket);
}

/**
 * Reads a `pnpm-lock.yaml` of version 6 or 9. Links to other members are left out: the graph of units knows them.
 * @see https://github.com/pnpm/spec/tree/master/lockfile
 */
export const readPnpmLock: LockReader = (value) => {
  const version = textOf(field(value, "lockfileVersion"));
  if (version === undefined || !/^[69]\.\d+$/.test(version)) {
    return { reason: `lockfileVersion ${version ?? "(none)"} is not one of 6 and 9` };
  }
  const packages = field(value, "packages");
  const isNine = version.startsWith("9");
  const snapshots = isNine ? field(value, "snapshots") : packages;
  const known = new Set(fieldsOf(snapshots).map(([key]) => key));
  const keyOf = (name: string, reference: string): string | undefined => {
    if (reference.startsWith("link:") || reference.startsWith("workspace:")) return undefined;
    const candidates = [`${name}@${reference}`, reference, `/${name}@${reference}`];
    return candidates.find((key) => known.has(key)) ?? `${name}@${reference}`;
  };
  // In the order of the names they go by, so that two names that swap their packages are seen.
  const needsOf = (entry: unknown, groups: readonly string[]): readonly string[] => {
    const needs: (readonly [string, string])[] = [];
    for (const group of groups) {
      for (const [name, reference] of fieldsOf(field(entry, group))) {
        const text = textOf(reference) ?? textOf(field(reference, "version"));
        const key = text === undefined ? undefined : keyOf(name, text);
        if (key !== undefined) needs.push([name, key]);
      }
    }
    return needs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, key]) => key);
  };
  const nodes = new Map<string, LockNode>();
  for (const [key, snapshot] of fieldsOf(snapshots)) {
    const { name, version: full } = splitKey(withoutPeers(key));
    const details = isNine ? field(packages, withoutPeers(key)) : undefined;
    if (isNine && details === undefined) return { reason: `snapshot ${JSON.stringify(key)} has no entry in packages` };
    nodes.set(key, {
      name,
      version: full,
      content: canonical([
        details,
        fieldsOf(snapshot).filter(([part]) => !MARKS.has(part) && !INSTALLED.some((group) => group === part)),
        INSTALLED.map((group) => namesWithLinks(field(snapshot, group))),
      ]),
      needs: needsOf(snapshot, INSTALLED),
    });
  }
  const catalogs = field(value, "catalogs");
  const importers = new Map<string, LockImporter>();
  const add = (folder: string, entry: unknown): void => {
    const entries: unknown[] = [];
    for (const group of GROUPS) {
      for (const [name, reference] of fieldsOf(field(entry, group))) {
        const specifier = textOf(field(reference, "specifier")) ?? "";
        const catalog = specifier.startsWith("catalog:") ? specifier.slice("catalog:".length) || "default" : undefined;
        entries.push([group, name, reference, catalog === undefined ? "" : field(catalogs, catalog, name)]);
      }
    }
    const rest = fieldsOf(entry).filter(([name]) => !GROUPS.some((group) => group === name));
    importers.set(folder === "." ? "" : folder, { content: canonical([entries, rest]), needs: needsOf(entry, GROUPS) });
  };
  const listed = fieldsOf(field(value, "importers"));
  for (const [folder, entry] of listed) add(folder, entry);
  // Version 6 writes a project without a workspace at the top level.
  if (field(value, "importers") === undefined) {
    add(".", Object.fromEntries(fieldsOf(value).filter(([name]) => GROUPS.some((group) => group === name))));
  }
  const shared = new Map(
    fieldsOf(value)
      .filter(([name]) => !KNOWN.has(name))
      .map(([name, part]) => [`\`${name}\``, canonical(part)]),
  );
  return { graph: { importers, importersAre: "folders", nodes, shared } };
};

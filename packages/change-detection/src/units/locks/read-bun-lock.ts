import { canonical, field, fieldsOf, itemsOf, textOf } from "../field.ts";
import { foldLocations, type LocatedPackage } from "./fold-locations.ts";
import type { LockImporter, LockReader } from "./lock-graph.ts";

const GROUPS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;
const INSTALLED = ["dependencies", "optionalDependencies", "peerDependencies"] as const;
const KNOWN = new Set(["workspaces", "packages", "catalog", "catalogs", "configVersion"]);

/** The names that a key of `packages` such as `a/@scope/b` is made of. */
function namesOf(key: string): readonly string[] {
  return key.match(/@[^/]+\/[^/]+|[^/]+/g) ?? [];
}

/** The key that a name resolves to from another: nested first, then outwards. */
function resolve(known: ReadonlySet<string>, from: readonly string[], name: string): string | undefined {
  for (let length = from.length; length >= 0; length -= 1) {
    const key = [...from.slice(0, length), name].join("/");
    if (known.has(key)) return key;
  }
  return undefined;
}

/**
 * Reads a `bun.lock` of version 0 or 1: `packages` nests names as an installation tree nests folders.
 * @see https://bun.sh/docs/pm/lockfile
 */
export const readBunLock: LockReader = (value) => {
  const version = field(value, "lockfileVersion");
  if (version !== 0 && version !== 1) {
    return { reason: `lockfileVersion ${JSON.stringify(version) ?? "(none)"} is not one of 0 and 1` };
  }
  const packages = fieldsOf(field(value, "packages"));
  const known = new Set(packages.map(([key]) => key));
  const resolution = (entry: unknown): string => textOf(itemsOf(entry)[0]) ?? "";
  const members = new Set(
    packages.filter(([, entry]) => resolution(entry).includes("@workspace:")).map(([key]) => key),
  );
  const needsOf = (from: readonly string[], entry: unknown, groups: readonly string[]): readonly string[] => {
    const needs = new Set<string>();
    for (const group of groups) {
      const isForgiving = group === "optionalDependencies" || group === "peerDependencies";
      for (const [name] of fieldsOf(field(entry, group))) {
        const key = resolve(known, from, name);
        if (key === undefined ? !isForgiving : !members.has(key)) needs.add(key ?? `${name} of ${from.join("/")}`);
      }
    }
    return [...needs].sort();
  };
  const located = new Map<string, LocatedPackage>();
  for (const [key, entry] of packages) {
    if (members.has(key)) continue;
    const names = namesOf(key);
    const text = resolution(entry);
    const at = text.indexOf("@", 1);
    // The third item describes the package of a registry, the second that of a folder, a tarball or git.
    const details = itemsOf(entry).find((one) => typeof one === "object" && one !== null);
    located.set(key, {
      name: at === -1 ? text : text.slice(0, at),
      version: at === -1 ? "" : text.slice(at + 1),
      content: canonical([names.at(-1), entry]),
      needs: needsOf(names, details, INSTALLED),
    });
  }
  const { keys, nodes } = foldLocations(located);
  const importers = new Map<string, LockImporter>();
  for (const [folder, entry] of fieldsOf(field(value, "workspaces"))) {
    const name = textOf(field(entry, "name"));
    const from = folder === "" || name === undefined ? [] : [name];
    const catalogs = GROUPS.flatMap((group) =>
      fieldsOf(field(entry, group)).map(([dependency, range]) => {
        const catalog =
          textOf(range)?.startsWith("catalog:") === true ? String(range).slice("catalog:".length) : undefined;
        if (catalog === undefined) return "";
        return catalog === "" ? field(value, "catalog", dependency) : field(value, "catalogs", catalog, dependency);
      }),
    );
    const needs = needsOf(from, entry, GROUPS).map((need) => keys.get(need) ?? need);
    importers.set(folder, {
      content: canonical([GROUPS.map((group) => field(entry, group)), catalogs]),
      needs: [...new Set(needs)].sort(),
    });
  }
  const shared = new Map(
    fieldsOf(value)
      .filter(([name]) => !KNOWN.has(name))
      .map(([name, part]) => [`\`${name}\``, canonical(part)]),
  );
  return { graph: { importers, importersAre: "folders", nodes, shared } };
};

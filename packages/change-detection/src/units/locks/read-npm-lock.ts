import { canonical, field, fieldsOf, textOf } from "../field.ts";
import { foldLocations, type LocatedPackage } from "./fold-locations.ts";
import type { LockImporter, LockReader } from "./lock-graph.ts";

const GROUPS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;
/** Installed by npm for a package that is itself a dependency; its development dependencies are not. */
const INSTALLED = ["dependencies", "optionalDependencies", "peerDependencies"] as const;
/** Marks of npm's bookkeeping: they follow from who needs the package, not from what it is. */
const MARKS = new Set(["dev", "devOptional", "optional", "peer", "extraneous", "inBundle", ...GROUPS]);
const FOLDER = "node_modules/";

/** The place that Node's resolution finds a name at, from a place upwards. */
function resolve(places: ReadonlySet<string>, from: string, name: string): string | undefined {
  for (let at = from; ;) {
    const candidate = `${at === "" ? "" : `${at}/`}${FOLDER}${name}`;
    if (places.has(candidate)) return candidate;
    if (at === "") return undefined;
    const slash = at.lastIndexOf("/");
    at = slash === -1 ? "" : at.slice(0, slash);
  }
}

/**
 * Reads a `package-lock.json` or `npm-shrinkwrap.json` of version 2 or 3: what a package gets is found as Node would, through the
 * nested `node_modules` of `packages`; members of the workspace are links.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export const readNpmLock: LockReader = (value) => {
  const version = field(value, "lockfileVersion");
  if (version !== 2 && version !== 3) {
    return { reason: `lockfileVersion ${JSON.stringify(version) ?? "(none)"} is not one of 2 and 3` };
  }
  const entries = fieldsOf(field(value, "packages"));
  const places = new Set(entries.map(([place]) => place));
  const links = new Map<string, string>();
  for (const [place, entry] of entries) {
    if (field(entry, "link") === true) links.set(place, textOf(field(entry, "resolved")) ?? place);
  }
  const needsOf = (place: string, entry: unknown, groups: readonly string[]): readonly string[] => {
    const needs = new Set<string>();
    for (const group of groups) {
      const isForgiving = group === "optionalDependencies" || group === "peerDependencies";
      for (const [name] of fieldsOf(field(entry, group))) {
        const found = resolve(places, place, name);
        if (found !== undefined && !links.has(found)) needs.add(found);
        // Optional packages and optional peers may be absent; anything else that is absent is not understood.
        else if (found === undefined && !isForgiving && field(entry, "optionalDependencies", name) === undefined) {
          needs.add(`${name} of ${place === "" ? "the root" : place}`);
        }
      }
    }
    return [...needs].sort();
  };
  const located = new Map<string, LocatedPackage>();
  const folders: (readonly [string, unknown])[] = [];
  for (const [place, entry] of entries) {
    const isInstalled = place.startsWith(FOLDER) || place.includes(`/${FOLDER}`);
    if (!isInstalled) folders.push([place, entry]);
    else if (!links.has(place)) {
      const alias = place.slice(place.lastIndexOf(FOLDER) + FOLDER.length);
      located.set(place, {
        name: textOf(field(entry, "name")) ?? alias,
        version: textOf(field(entry, "version")) ?? "",
        content: canonical([
          alias,
          fieldsOf(entry).filter(([key]) => !MARKS.has(key)),
          GROUPS.map((group) => field(entry, group)),
        ]),
        needs: needsOf(place, entry, INSTALLED),
      });
    }
  }
  const { keys, nodes } = foldLocations(located);
  const importers = new Map<string, LockImporter>();
  for (const [place, entry] of folders) {
    const needs = needsOf(place, entry, GROUPS).map((need) => keys.get(need) ?? need);
    importers.set(place, {
      content: canonical(GROUPS.map((group) => field(entry, group))),
      needs: [...new Set(needs)].sort(),
    });
  }
  const shared = new Map([["`lockfileVersion`", String(version)]]);
  return { graph: { importers, importersAre: "folders", nodes, shared } };
};

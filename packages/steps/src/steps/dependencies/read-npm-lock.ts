import type { LockedPackage, NodeLock } from "./locked-package.ts";
import { requirementsOf } from "./node-manifest.ts";
import { isTable, parseJson } from "../../project/read-data.ts";

/** Reads `package-lock.json` or `npm-shrinkwrap.json`; `undefined` where it is none. Version 1 tells names only, and of no member. */
export function readNpmLock(text: string): NodeLock | undefined {
  const lock = parseJson(text);
  if (!isTable(lock)) return undefined;
  const { packages } = lock;
  if (!isTable(packages)) return { importers: undefined, packages: [], forced: new Set() };
  const importers = new Map<string, ReadonlyMap<string, string>>();
  const locked: LockedPackage[] = [];
  for (const [place, entry] of Object.entries(packages)) {
    if (!isTable(entry)) continue;
    const at = place.lastIndexOf("node_modules/");
    if (at === -1) {
      const all = ["devDependencies", "dependencies", "optionalDependencies"].flatMap((group) =>
        requirementsOf(entry[group]).map(({ name, range }) => [name, range] as const),
      );
      importers.set(place, new Map(all));
      continue;
    }
    if (entry["link"] === true || typeof entry["version"] !== "string") continue;
    const name = typeof entry["name"] === "string" ? entry["name"] : place.slice(at + "node_modules/".length);
    const licence = typeof entry["license"] === "string" ? entry["license"] : undefined;
    locked.push({ name, version: entry["version"], licence, isNested: place.indexOf("node_modules/") !== at });
  }
  return { importers, packages: locked, forced: new Set() };
}

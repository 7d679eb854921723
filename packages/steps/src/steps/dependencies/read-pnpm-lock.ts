import type { LockedPackage, NodeLock } from "./locked-package.ts";
import { nameOfOverride } from "./node-manifest.ts";

const GROUP = /^(?:dependencies|devDependencies|optionalDependencies)$/;
const PACKAGE = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/](\d[^()_]*)/;

/**
 * Reads `pnpm-lock.yaml` of the versions 5 to 9 line by line: pnpm writes it in one way only, and a parser of YAML takes seconds for the
 * large ones. `undefined` where it is none.
 */
export function readPnpmLock(text: string): NodeLock | undefined {
  if (!/^lockfileVersion: /m.test(text)) return undefined;
  const importers = new Map<string, Map<string, string>>();
  const packages: LockedPackage[] = [];
  const forced = new Set<string>();
  // Keys by their depth, two spaces each.
  const keys: string[] = [];
  for (const line of text.split("\n")) {
    const [, indent = "", quoted, bare, value = ""] =
      /^( *)(?:'((?:[^']|'')*)'|([^\s'#][^:]*(?::(?! |$)[^:]*)*)):(?: +(.*?))?\r?$/.exec(line) ?? [];
    const key = quoted?.replaceAll("''", "'") ?? bare;
    if (key === undefined) {
      const left = /^ {2}- (.+)$/.exec(line)?.[1];
      if (left !== undefined && keys[0] === "ignoredOptionalDependencies") forced.add(unquote(left));
      continue;
    }
    const depth = Math.floor(indent.length / 2);
    keys.length = depth;
    keys[depth] = key;
    const [top = "", second = "", third = "", fourth = ""] = keys;
    if (top === "overrides" && depth === 1) forced.add(nameOfOverride(key));
    if (top === "packages" && depth === 1) {
      const [, name, version] = PACKAGE.exec(key) ?? [];
      if (name !== undefined && version !== undefined) packages.push({ name, version });
    }
    const place = top === "importers" ? second : ".";
    const [group, name, last] = top === "importers" ? [third, fourth, keys[4]] : [top, second, keys[2]];
    if (top === "importers" && depth === 1) importers.set(folderOf(place), new Map());
    const known = importers.get(folderOf(place)) ?? new Map<string, string>();
    if (GROUP.test(group) && last === "specifier") known.set(name, unquote(value));
    else if (group === "specifiers" && name !== "" && last === undefined) known.set(name, unquote(value));
    else continue;
    importers.set(folderOf(place), known);
  }
  return { importers, packages, forced };
}

function folderOf(importer: string): string {
  return importer === "." ? "" : importer;
}

function unquote(value: string): string {
  if (value.startsWith("'")) return value.slice(1, -1).replaceAll("''", "'");
  return value.startsWith('"') ? value.slice(1, -1) : value;
}

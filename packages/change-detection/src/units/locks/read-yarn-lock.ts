import { canonical, field, fieldsOf, textOf } from "../field.ts";
import type { LockImporter, LockMember, LockNode, LockReading } from "./lock-graph.ts";
import { parseYarnClassic } from "./parse-yarn-classic.ts";

const CLASSIC = /^# yarn lockfile v1\s*$/m;

/** Tells yarn's own format from the YAML of yarn 2 and later. */
export function isYarnClassic(text: string): boolean {
  return CLASSIC.test(text.slice(0, 2000));
}

/** The name of a pattern such as `@scope/a@npm:^1`. */
function identOf(pattern: string): string {
  const at = pattern.indexOf("@", 1);
  return at === -1 ? pattern : pattern.slice(0, at);
}

/** Finds entries by pattern, and by name where `resolutions` took the pattern away. */
interface PatternIndex {
  readonly byPattern: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, readonly string[]>;
}

function indexPatterns(entries: readonly (readonly [string, readonly string[]])[]): PatternIndex {
  const byPattern = new Map<string, string>();
  const byName = new Map<string, string[]>();
  for (const [key, patterns] of entries) {
    for (const pattern of patterns) {
      byPattern.set(pattern, key);
      const ident = identOf(pattern);
      const same = byName.get(ident);
      if (same === undefined) byName.set(ident, [key]);
      else if (same.at(-1) !== key) same.push(key);
    }
  }
  return { byPattern, byName };
}

/**
 * Reads a `yarn.lock` of version 1. It does not know the members of a workspace, so what they require comes from their manifests; a
 * pattern that `resolutions` replaced leads to every entry of its name.
 */
export function readYarnClassicLock(text: string, members: readonly LockMember[]): LockReading {
  let entries: ReturnType<typeof parseYarnClassic>;
  try {
    entries = parseYarnClassic(text);
  } catch (error) {
    return { reason: `cannot be parsed: ${error instanceof Error ? error.message : String(error)}` };
  }
  const keyed = entries.map((entry) => {
    const [first = ""] = entry.patterns;
    // Without the patterns: a second range that leads to the same version changes nothing for those who had it already.
    const details = [...entry.fields].map(([name, value]) => `${name} ${value}`).sort();
    return { key: `${identOf(first)}@${entry.fields.get("version") ?? ""} ${details.join(" ")}`, entry };
  });
  const { byPattern, byName } = indexPatterns(keyed.map(({ key, entry }) => [key, entry.patterns] as const));
  const names = new Set(members.map(({ name }) => name));
  const keysOf = (name: string, range: string): readonly string[] => {
    const exact = byPattern.get(`${name}@${range}`);
    if (exact !== undefined) return [exact];
    return byName.get(name) ?? (names.has(name) ? [] : [`${name}@${range}`]);
  };
  const nodes = new Map<string, LockNode>();
  for (const { key, entry } of keyed) {
    const needs = new Set(entry.needs.flatMap(({ name, range }) => keysOf(name, range)));
    for (const need of nodes.get(key)?.needs ?? []) needs.add(need);
    const version = entry.fields.get("version") ?? "";
    nodes.set(key, { name: identOf(entry.patterns[0] ?? ""), version, content: key, needs: [...needs].sort() });
  }
  const importers = new Map<string, LockImporter>();
  for (const { folder, requires } of members) {
    const needs = new Set(
      requires
        .filter(({ range }) => !/^(?:link|file|portal|workspace):/.test(range))
        .flatMap(({ name, range }) => keysOf(name, range)),
    );
    importers.set(folder, { content: "", needs: [...needs].sort() });
  }
  return { graph: { importers, importersAre: "folders", nodes, shared: new Map() } };
}

/**
 * Reads the `yarn.lock` of yarn 2 and later, where members of the workspace are entries themselves. Built-in patches stand beside the
 * package that they patch, so a requirement leads to both.
 */
export function readYarnBerryLock(value: unknown): LockReading {
  const version = textOf(field(value, "__metadata", "version"));
  if (version === undefined || !/^[4-9]$/.test(version)) {
    return { reason: `__metadata.version ${version ?? "(none)"} is not one of 4 to 9` };
  }
  const entries = fieldsOf(value).filter(([key]) => key !== "__metadata");
  const resolutionOf = (entry: unknown): string => textOf(field(entry, "resolution")) ?? "";
  const isMember = (entry: unknown): boolean => resolutionOf(entry).includes("@workspace:");
  const patternsOf = (key: string): readonly string[] => key.split(/,\s*/);
  const keyed = entries.map(([key, entry]) => ({ key: resolutionOf(entry) || key, patterns: patternsOf(key), entry }));
  const { byPattern, byName } = indexPatterns(keyed.map(({ key, patterns }) => [key, patterns] as const));
  const members = new Set(keyed.filter(({ entry }) => isMember(entry)).map(({ key }) => key));
  const patched = new Map<string, string[]>();
  for (const { key } of keyed) {
    if (!key.includes("@patch:")) continue;
    const ident = identOf(key);
    const same = patched.get(ident);
    if (same === undefined) patched.set(ident, [key]);
    else same.push(key);
  }
  const needsOf = (entry: unknown): readonly string[] => {
    const needs = new Set<string>();
    for (const group of ["dependencies", "optionalDependencies"]) {
      for (const [name, range] of fieldsOf(field(entry, group))) {
        const text = textOf(range) ?? "";
        const exact =
          byPattern.get(`${name}@${text}`) ?? byPattern.get(`${name}@npm:${text}`) ?? aliasKey(byPattern, name, text);
        const found = exact === undefined ? (byName.get(name) ?? [`${name}@${text}`]) : [exact];
        for (const key of [...found, ...(patched.get(name) ?? [])]) if (!members.has(key)) needs.add(key);
      }
    }
    return [...needs].sort();
  };
  const nodes = new Map<string, LockNode>();
  const importers = new Map<string, LockImporter>();
  for (const { key, entry } of keyed) {
    const needs = needsOf(entry);
    if (!members.has(key)) {
      const name = identOf(key);
      nodes.set(key, { name, version: textOf(field(entry, "version")) ?? "", content: canonical(entry), needs });
      continue;
    }
    const folder = key.slice(key.indexOf("@workspace:") + "@workspace:".length);
    importers.set(folder === "." ? "" : folder, { content: canonical(entry), needs });
  }
  const shared = new Map([["`__metadata`", canonical(field(value, "__metadata"))]]);
  return { graph: { importers, importersAre: "folders", nodes, shared } };
}

/** A requirement under another name: `b: npm:a@^1` has the pattern `b@npm:a@^1`. */
function aliasKey(byPattern: ReadonlyMap<string, string>, name: string, range: string): string | undefined {
  return range.startsWith("npm:") ? byPattern.get(`${name}@${range.slice("npm:".length)}`) : undefined;
}

import { canonical, field, fieldsOf, itemsOf, textOf, textsOf } from "../field.ts";
import type { LockImporter, LockNode, LockReader } from "./lock-graph.ts";

/** Where a package of the repository itself is. */
function folderOfSource(source: unknown): string | undefined {
  for (const kind of ["editable", "virtual", "directory"]) {
    const folder = textOf(field(source, kind));
    if (folder !== undefined) return folder === "." ? "" : folder.replace(/^\.\//, "");
  }
  return undefined;
}

/**
 * Reads a `uv.lock` of version 1. Members of the workspace are packages with a folder as their source; markers are not evaluated, so a
 * closure holds what any platform may get.
 * @see https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
 */
export const readUvLock: LockReader = (value) => {
  const version = field(value, "version");
  if (version !== 1) return { reason: `version ${JSON.stringify(version) ?? "(none)"} is not 1` };
  const keyed = itemsOf(field(value, "package")).map((entry) => {
    const name = textOf(field(entry, "name")) ?? "";
    const number = textOf(field(entry, "version")) ?? "";
    const source = field(entry, "source");
    return { entry, name, number, folder: folderOfSource(source), key: `${name} ${number} ${canonical(source)}` };
  });
  const byName = new Map<string, { readonly key: string; readonly number: string; readonly source: string }[]>();
  for (const { key, name, number, entry } of keyed) {
    const one = { key, number, source: canonical(field(entry, "source")) };
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [one]);
    else same.push(one);
  }
  const keysOf = (reference: unknown): readonly string[] => {
    const name = textOf(field(reference, "name")) ?? "";
    const [number, source] = [field(reference, "version"), field(reference, "source")];
    const found = (byName.get(name) ?? []).filter(
      (one) =>
        (number === undefined || one.number === number) && (source === undefined || one.source === canonical(source)),
    );
    return found.length === 0 ? [`${name} (not in the lock file)`] : found.map(({ key }) => key);
  };
  const nodes = new Map<string, LockNode>();
  const importers = new Map<string, LockImporter>();
  for (const { entry, key, name, number, folder } of keyed) {
    const lists = [
      field(entry, "dependencies"),
      ...fieldsOf(field(entry, "optional-dependencies")).map(([, list]) => list),
      ...fieldsOf(field(entry, "dev-dependencies")).map(([, list]) => list),
    ];
    const needs = [...new Set(lists.flatMap((list) => itemsOf(list).flatMap(keysOf)))].sort();
    nodes.set(key, { name, version: number, content: canonical(entry), needs });
    if (folder !== undefined) importers.set(folder, { content: "", needs: [key] });
  }
  const manifest = fieldsOf(field(value, "manifest")).filter(([name]) => name !== "members");
  const shared = new Map<string, string>([["`manifest`", canonical(manifest)]]);
  for (const [name, part] of fieldsOf(value)) {
    if (name === "package" || name === "manifest") continue;
    // Until when releases were looked at shows in what was resolved.
    const rest = name === "options" ? fieldsOf(part).filter(([option]) => !option.startsWith("exclude-newer")) : part;
    shared.set(`\`${name}\``, canonical(rest));
  }
  return { graph: { importers, importersAre: "folders", nodes, shared } };
};

/**
 * Reads a `poetry.lock`: it belongs to the one project beside it, which gets all of it. Which Poetry wrote it and the hash of the
 * manifest do not count.
 */
export const readPoetryLock: LockReader = (value) => {
  const version = textOf(field(value, "metadata", "lock-version"));
  if (version === undefined || !/^[12]\./.test(version)) {
    return { reason: `lock-version ${version ?? "(none)"} is not one of 1 and 2` };
  }
  const nodes = new Map<string, LockNode>();
  for (const entry of itemsOf(field(value, "package"))) {
    const name = textOf(field(entry, "name")) ?? "";
    const number = textOf(field(entry, "version")) ?? "";
    const files = field(value, "metadata", "files", name);
    const key = `${name} ${number} ${canonical(field(entry, "source"))}`;
    nodes.set(key, { name, version: number, content: `${canonical(entry)}${canonical(files)}`, needs: [] });
  }
  const content = canonical([field(value, "extras"), textsOf(field(value, "metadata", "python-versions"))]);
  const importer: LockImporter = { content, needs: [...nodes.keys()].sort() };
  const shared = new Map([["`python-versions`", canonical(field(value, "metadata", "python-versions"))]]);
  return { graph: { importers: new Map([["", importer]]), importersAre: "folders", nodes, shared } };
};

import { canonical, field, fieldsOf, itemsOf, textOf, textsOf } from "../field.ts";
import type { LockImporter, LockNode, LockReader } from "./lock-graph.ts";

/**
 * Reads a `Cargo.lock` of version 1 to 4. Packages without a source are the members of the workspace and path dependencies: they are
 * importers by name, and what they need of each other is followed as well.
 * @see https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html
 */
export const readCargoLock: LockReader = (value) => {
  const version = field(value, "version");
  if (version !== undefined && (typeof version !== "number" || version > 4)) {
    return { reason: `version ${JSON.stringify(version) ?? ""} is not one of 1 to 4` };
  }
  const packages = [
    ...itemsOf(field(value, "package")),
    ...(field(value, "root") === undefined ? [] : [field(value, "root")]),
  ];
  const keyed = packages.map((entry) => {
    const name = textOf(field(entry, "name")) ?? "";
    const number = textOf(field(entry, "version")) ?? "";
    const source = textOf(field(entry, "source"));
    return { entry, name, number, source, key: `${name} ${number}${source === undefined ? "" : ` (${source})`}` };
  });
  // A dependency is written as shortly as it is unique: name, name and version, or all three.
  const byReference = new Map<string, string[]>();
  const refer = (reference: string, key: string): void => {
    const same = byReference.get(reference);
    if (same === undefined) byReference.set(reference, [key]);
    else if (!same.includes(key)) same.push(key);
  };
  for (const { key, name, number } of keyed) {
    for (const reference of [name, `${name} ${number}`, key]) refer(reference, key);
  }
  const checksums = new Map<string, string>();
  const shared = new Map<string, string>([["`version`", String(version)]]);
  for (const [name, part] of fieldsOf(value)) {
    if (name === "metadata") {
      for (const [key, sum] of fieldsOf(part)) checksums.set(key.replace(/^checksum /, ""), canonical(sum));
    } else if (!["version", "package", "root"].includes(name)) shared.set(`\`${name}\``, canonical(part));
  }
  const nodes = new Map<string, LockNode>();
  const importers = new Map<string, LockImporter>();
  for (const { entry, key, name, number, source } of keyed) {
    const references = textsOf(field(entry, "dependencies")).flatMap(
      (reference) => byReference.get(reference) ?? [reference],
    );
    const needs = [...new Set(references)].sort();
    nodes.set(key, { name, version: number, content: `${canonical(entry)}${checksums.get(key) ?? ""}`, needs });
    if (source === undefined) importers.set(name, { content: "", needs: [key] });
  }
  return { graph: { importers, importersAre: "names", nodes, shared } };
};

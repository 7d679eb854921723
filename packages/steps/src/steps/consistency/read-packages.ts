import path from "node:path";
import { isForeign } from "../../project/folder.ts";
import type { OwnPackage } from "./judge-versions.ts";
import { asTable, parseJsonTable, parseTomlTable, valueAt, type Table } from "../../project/read-data.ts";

/** Reads the packages that the repository publishes out of its manifests. What cannot be parsed is left to the step that validates it. */
export function readPackages(
  files: readonly string[],
  textOf: (file: string) => string | undefined,
): readonly OwnPackage[] {
  return files.flatMap((file) => {
    const read = READERS[path.posix.basename(file)];
    if (read === undefined || isForeign(file)) return [];
    const text = textOf(file);
    const found = text === undefined ? undefined : read(text);
    return found === undefined ? [] : [{ ...found, file }];
  });
}

type Found = Omit<OwnPackage, "file"> | undefined;

const READERS: Readonly<Record<string, (text: string) => Found>> = {
  "package.json": (text) => {
    const manifest = parseJsonTable(text);
    return manifest["private"] === true ? undefined : packageOf(manifest, "npm");
  },
  "pyproject.toml": (text) => {
    const toml = parseTomlTable(text);
    const project = asTable(toml["project"]);
    return packageOf("name" in project ? project : asTable(valueAt(toml, "tool", "poetry")), "pypi");
  },
  "Cargo.toml": (text) => {
    const found = asTable(parseTomlTable(text)["package"]);
    return found["publish"] === false ? undefined : packageOf(found, "crates");
  },
};

function packageOf(manifest: Table, ecosystem: OwnPackage["ecosystem"]): Found {
  const { name, version } = manifest;
  if (typeof name !== "string" || name === "") return undefined;
  return { name, version: typeof version === "string" ? version : undefined, ecosystem };
}

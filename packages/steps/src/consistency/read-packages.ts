import path from "node:path";
import { parse as parseToml } from "smol-toml";
import { isForeign } from "../project/folder.ts";
import type { OwnPackage } from "./judge-versions.ts";

/** Reads the packages that the repository publishes out of its manifests. What cannot be parsed is left to the step that validates it. */
export function readPackages(
  files: readonly string[],
  textOf: (file: string) => string | undefined,
): readonly OwnPackage[] {
  return files.flatMap((file) => {
    const read = READERS[path.posix.basename(file)];
    if (read === undefined || isForeign(file)) return [];
    const text = textOf(file);
    try {
      const found = text === undefined ? undefined : read(text);
      return found === undefined ? [] : [{ ...found, file }];
    } catch {
      return [];
    }
  });
}

type Found = Omit<OwnPackage, "file"> | undefined;

const READERS: Readonly<Record<string, (text: string) => Found>> = {
  "package.json": (text) => {
    const manifest = recordOf(JSON.parse(text));
    return manifest["private"] === true ? undefined : packageOf(manifest, "npm");
  },
  "pyproject.toml": (text) => {
    const toml = recordOf(parseToml(text));
    const project = recordOf(toml["project"]);
    return packageOf("name" in project ? project : recordOf(recordOf(toml["tool"])["poetry"]), "pypi");
  },
  "Cargo.toml": (text) => {
    const found = recordOf(recordOf(parseToml(text))["package"]);
    return found["publish"] === false ? undefined : packageOf(found, "crates");
  },
};

function packageOf(manifest: Readonly<Record<string, unknown>>, ecosystem: OwnPackage["ecosystem"]): Found {
  const { name, version } = manifest;
  if (typeof name !== "string" || name === "") return undefined;
  return { name, version: typeof version === "string" ? version : undefined, ecosystem };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

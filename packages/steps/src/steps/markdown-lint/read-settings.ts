import { existsSync } from "node:fs";
import path from "node:path";
import ignore from "ignore";
import { importModule } from "../../files/import-module.ts";
import { readText } from "../../files/read-text.ts";
import { isInScope } from "./is-in-scope.ts";
import { isTable } from "../../project/read-data.ts";
import { parseSettings } from "./parse-settings.ts";

/** Configurations of the newer program; the first that is there counts. */
const NEWER = ["jsonc", "yaml", "cjs", "mjs"].map((form) => `.markdownlint-cli2.${form}`);

/** What the root of the repository says beyond what markdownlint-cli2 reads when it is given names of files. */
export interface RootSettings {
  /** Rules of `.markdownlintrc` or `.markdownlint.toml`, which only the older program reads. */
  readonly rules: Readonly<Record<string, unknown>> | undefined;
  /** Whether the repository lints a document, by `globs` of the newer program's configuration and `.markdownlintignore`. */
  readonly isLinted: (document: string) => boolean;
}

/**
 * Reads them.
 *
 * @param config - the configuration that is used instead of the one at the root
 * @throws Error when a file of them cannot be parsed
 */
export async function readRootSettings(directory: string, config: string | undefined): Promise<RootSettings> {
  const textOf = (file: string): string | undefined => {
    const read = readText(directory, file);
    return read.ok ? read.text : undefined;
  };
  const ignored = ignore().add(textOf(".markdownlintignore") ?? "");
  const file = config ?? NEWER.find((name) => existsSync(path.join(directory, name)));
  const globs = file === undefined ? [] : globsOf(await readAny(directory, file, textOf));
  return {
    rules: readRules(textOf),
    isLinted: (document) => !ignored.ignores(document) && isInScope(document, globs),
  };
}

async function readAny(
  directory: string,
  file: string,
  textOf: (file: string) => string | undefined,
): Promise<unknown> {
  if (/\.[cm]?js$/.test(file)) {
    return (await importModule(path.resolve(directory, file)))["default"];
  }
  const text = textOf(file);
  if (text === undefined) return undefined;
  return parseSettings(file, text);
}

function readRules(textOf: (file: string) => string | undefined): Readonly<Record<string, unknown>> | undefined {
  for (const file of [".markdownlint.toml", ".markdownlintrc"]) {
    const text = textOf(file);
    if (text === undefined) continue;
    const rules = parseSettings(file, text);
    return isTable(rules) ? rules : undefined;
  }
  return undefined;
}

function globsOf(settings: unknown): readonly string[] {
  if (!isTable(settings) || !Array.isArray(settings["globs"])) return [];
  return settings["globs"].filter((glob) => typeof glob === "string");
}

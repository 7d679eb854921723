import { existsSync } from "node:fs";
import path from "node:path";
import ignore from "ignore";
import parseJsonc from "markdownlint-cli2/parsers/jsonc";
import parseToml from "markdownlint-cli2/parsers/toml";
import parseYaml from "markdownlint-cli2/parsers/yaml";
import { importModule } from "../files/import-module.ts";
import { readText } from "../files/read-text.ts";
import { isInScope } from "./is-in-scope.ts";
import { isTable } from "../project/read-data.ts";

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
  return parse(file, text);
}

function readRules(textOf: (file: string) => string | undefined): Readonly<Record<string, unknown>> | undefined {
  const toml = textOf(".markdownlint.toml");
  const rc = textOf(".markdownlintrc");
  let rules: unknown;
  if (toml !== undefined) rules = parse(".markdownlint.toml", toml);
  else if (rc !== undefined)
    rules = parse(rc.trimStart().startsWith("{") ? ".markdownlintrc" : ".markdownlintrc.yaml", rc);
  return isTable(rules) ? rules : undefined;
}

function globsOf(settings: unknown): readonly string[] {
  if (!isTable(settings) || !Array.isArray(settings["globs"])) return [];
  return settings["globs"].filter((glob) => typeof glob === "string");
}

/** @throws Error that names the file */
function parse(file: string, text: string): unknown {
  try {
    if (file.endsWith(".toml")) return parseToml(text);
    return /\.ya?ml$/.test(file) ? parseYaml(text) : parseJsonc(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

import type { Finding } from "@ai-workflow/engine";
import type { ConfigDocument } from "./config-document.ts";
import { isSample, isTemplate } from "./is-template.ts";
import { jsonDialectOf } from "./json-dialect.ts";
import { knownFileOf, type KnownFile } from "./known-files.ts";

/** A file with more to say of is told of up to here. */
const MAX_FINDINGS = 20;

/** What is to be said of a configuration file. */
export async function judgeConfig(file: string, text: string): Promise<readonly Finding[]> {
  const marker = lineOfMarker(text);
  if (marker !== undefined) {
    return [
      {
        rule: "conflict-marker",
        severity: "error",
        message: "a conflict of a merge is not resolved",
        file,
        line: marker,
      },
    ];
  }
  const document = await read(file, text);
  if (document === undefined) return [];
  const isBroken = document.problems.some(({ rule, severity }) => rule === "syntax" && severity === "error");
  if (isBroken && isTemplate(file, text)) return [];
  const lenient = isSample(file);
  const syntax = document.problems
    .filter(({ rule }) => !lenient || rule === "duplicate-key")
    .map(({ rule, severity, message, position }): Finding => ({
      rule,
      severity: lenient ? "info" : severity,
      message,
      file,
      ...position,
    }));
  const known = lenient ? undefined : knownFileOf(file);
  const content =
    known === undefined || document.content === undefined || known.isMeant?.(document.content.value) === false
      ? []
      : await judgeContent(file, document, known);
  const all = [...syntax, ...content].toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  if (all.length <= MAX_FINDINGS) return all;
  const left = all.length - MAX_FINDINGS;
  return [
    ...all.slice(0, MAX_FINDINGS),
    { rule: "more", severity: "info", message: `${left} more in this file`, file },
  ];
}

async function judgeContent(file: string, document: ConfigDocument, known: KnownFile): Promise<readonly Finding[]> {
  const [{ checkSchema }, schema] = await Promise.all([import("./check-schema.ts"), known.schema()]);
  const refused = typeof known.refuses === "function" ? await known.refuses() : known.refuses;
  const isRefused = (path: readonly (string | number)[]): boolean =>
    typeof refused === "boolean" ? refused : path.length === 0 || refused.includes(String(path[0]));
  return checkSchema(schema, document.content?.value).map(({ path, message, isKey }): Finding => ({
    rule: isKey ? "unknown-key" : "schema",
    severity: (isKey ? known.refusesKeys : isRefused(path)) ? "error" : "warning",
    message,
    file,
    ...document.positionOf(path),
  }));
}

async function read(file: string, text: string): Promise<ConfigDocument | undefined> {
  if (/\.ya?ml$/.test(file)) {
    const { readYaml } = await import("./read-yaml.ts");
    return readYaml(text, { refusesDuplicates: knownFileOf(file) !== undefined });
  }
  if (file.endsWith(".toml")) return (await import("./read-toml.ts")).readToml(text);
  const { readJson } = await import("./read-json.ts");
  return readJson(text, jsonDialectOf(file));
}

/** The line of the first marker where all three of a conflict are there, in their order. */
function lineOfMarker(text: string): number | undefined {
  const marker = /^<{7} .*\r?\n[\s\S]*?^={7}\r?\n[\s\S]*?^>{7} .*$/m.exec(text);
  return marker === null ? undefined : text.slice(0, marker.index).split("\n").length;
}

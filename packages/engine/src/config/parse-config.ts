import { load, YAMLException } from "js-yaml";
import * as v from "valibot";
import type { Problem } from "../errors.ts";
import { locate, type DocumentPath } from "./locate.ts";
import { normalise } from "./normalise.ts";
import { configSchema, knownKeysAt } from "./schema.ts";
import { suggest } from "./suggest.ts";
import type { Workflow } from "./workflow.ts";

/** A parsed configuration, or everything that is wrong with it. */
export type ParsedConfig =
  | { readonly ok: true; readonly workflow: Workflow }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** More aliases than any honest configuration holds; a "billion laughs" file needs them. */
const MAX_ALIASES = 200;

/**
 * Turns the text of a configuration file into a workflow, or lists every problem with line and column. Pure; never throws for
 * anything the text may hold.
 *
 * @param text - the YAML text
 * @param file - its path as messages should show it
 * @param defaultName - project name where the file gives none
 */
export function parseConfig(text: string, file: string, defaultName: string): ParsedConfig {
  let document: unknown;
  try {
    document = load(text, { maxAliases: MAX_ALIASES });
  } catch (error) {
    return { ok: false, problems: [syntaxProblem(error, file)] };
  }
  const at = (path: DocumentPath, message: string, key: boolean): Problem => ({
    file,
    ...locate(text, path, { key }),
    message,
  });
  const lists = listsForMappings(document);
  if (lists.length > 0) {
    return {
      ok: false,
      problems: lists.map((path) => at(path, `${quoted(path)} must be a mapping, got a list`, true)),
    };
  }
  const parsed = v.safeParse(configSchema, document);
  if (!parsed.success) {
    return { ok: false, problems: parsed.issues.map((issue) => shapeProblem(issue, document, at)) };
  }
  const { workflow, problems } = normalise(parsed.output, defaultName);
  if (problems.length > 0) {
    return { ok: false, problems: problems.map((problem) => at(problem.path, problem.message, problem.atKey)) };
  }
  return { ok: true, workflow };
}

function syntaxProblem(error: unknown, file: string): Problem {
  if (error instanceof YAMLException) {
    const place = error.mark === undefined ? {} : { line: error.mark.line + 1, column: error.mark.column + 1 };
    return { file, ...place, message: error.reason };
  }
  return { file, message: error instanceof Error ? error.message : String(error) };
}

/** Places where a list stands and a mapping must; the schema library takes lists for mappings with numbers as keys. */
function listsForMappings(document: unknown): readonly DocumentPath[] {
  if (Array.isArray(document)) return [[]];
  const steps = (document as { readonly steps?: unknown } | null)?.steps;
  if (Array.isArray(steps)) return [["steps"]];
  const found: DocumentPath[] = [];
  for (const [id, step] of Object.entries((steps as Readonly<Record<string, unknown>> | null | undefined) ?? {})) {
    if (Array.isArray(step)) found.push(["steps", id]);
    for (const key of ["with", "demand", "when"]) {
      const value = (step as Readonly<Record<string, unknown>> | null)?.[key];
      if (Array.isArray(value)) found.push(["steps", id, key]);
    }
  }
  return found;
}

type Place = (path: DocumentPath, message: string, key: boolean) => Problem;

function shapeProblem(issue: v.BaseIssue<unknown>, document: unknown, at: Place): Problem {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const last = String(path.at(-1));
  const concernsKey = issue.path?.at(-1)?.type === "object" && (issue.path.at(-1) as v.ObjectPathItem).origin === "key";
  const parent = path.slice(0, -1);
  if (issue.type === "strict_object" && concernsKey) {
    const inStep = path[0] === "steps" && path.length === 3;
    if (issue.expected === "never") {
      if (inStep && last === "run")
        return at(path, `${quoted(parent)} has both \`run\` and \`module\`; a step has one`, true);
      const nearest = suggest(last, knownKeysAt(parent, document));
      return at(path, `unknown key "${last}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`, true);
    }
    if (inStep)
      return at(parent, `${quoted(parent)} needs \`run\` (a command) or \`module\` (a JavaScript file)`, true);
    return at(parent, `${quoted(parent)} is missing \`${last}\``, true);
  }
  if (issue.kind === "schema") {
    return at(path, `${quoted(path)} must be ${expectation(issue)}, got ${shown(issue.input)}`, false);
  }
  return at(path, `${concernsKey ? `the name "${last}"` : quoted(path)} ${issue.message}`, concernsKey);
}

function expectation(issue: v.BaseIssue<unknown>): string {
  return (
    EXPECTED_WORDS[issue.type] ?? `one of ${(issue.expected ?? "").replace(/^\(|\)$/g, "").replaceAll(" | ", ", ")}`
  );
}

const EXPECTED_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "`true` or `false`",
  array: "a list",
  record: "a mapping",
  strict_object: "a mapping",
};

function quoted(path: DocumentPath): string {
  return path.length === 0 ? "the configuration" : `\`${path.join(".")}\``;
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value as number | boolean | bigint);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

import { load, YAMLException } from "js-yaml";
import * as v from "valibot";
import type { BuiltInSteps } from "../library/step-library.ts";
import type { Problem } from "../errors.ts";
import { didYouMean } from "./did-you-mean.ts";
import { locate, type DocumentPath } from "./locate.ts";
import { normalise } from "./normalise.ts";
import { configSchema } from "./schema/config-schema.ts";
import { knownKeysAt } from "./schema/known-keys.ts";
import type { Workflow } from "./workflow.ts";

/** A parsed configuration, or everything that is wrong with it. */
export type ParsedConfig =
  | { readonly ok: true; readonly workflow: Workflow }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** More aliases than any honest configuration holds; a "billion laughs" file needs them. */
const MAX_ALIASES = 200;

/**
 * Turns the text of a configuration file into a workflow, or lists every problem with line and column, from top to bottom. Pure; never
 * throws for anything the text may hold.
 *
 * @param text - the YAML text
 * @param file - its path as messages should show it
 * @param defaultName - project name where the file gives none
 */
export function parseConfig(text: string, file: string, defaultName: string, builtIn?: BuiltInSteps): ParsedConfig {
  let document: unknown;
  try {
    document = load(text, { maxAliases: MAX_ALIASES });
  } catch (error) {
    return { ok: false, problems: [syntaxProblem(error, text, file)] };
  }
  const at = (path: DocumentPath, message: string, key: boolean): Problem => ({
    file,
    ...locate(text, path, { key }),
    message,
  });
  const reserved = reservedNames(document);
  if (reserved.length > 0) {
    return { ok: false, problems: reserved.map((path) => at(path, `"${path.at(-1)}" cannot be used as a name`, true)) };
  }
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
  const { workflow, problems } = normalise(parsed.output, defaultName, builtIn);
  if (problems.length > 0) {
    const found = problems.map((problem) => at(problem.path, problem.message, problem.atKey));
    return { ok: false, problems: found.sort(comparePlaces) };
  }
  return { ok: true, workflow };
}

function comparePlaces(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** The key at a place of the text, quoted for a message. */
function keyAt(text: string, line: number, column: number): string {
  const key = /^[^:\s]+/.exec((text.split(/\r?\n/)[line] ?? "").slice(column))?.[0];
  return key === undefined ? "a key" : `the key "${key.replace(/^["']|["']$/g, "")}"`;
}

function syntaxProblem(error: unknown, text: string, file: string): Problem {
  if (error instanceof YAMLException) {
    // What concerns the text as a whole has no mark.
    const { line, column } = error.mark ?? { line: 0, column: 0 };
    const message =
      error.reason === "duplicated mapping key" ? `${keyAt(text, line, column)} is there twice` : error.reason;
    return { file, line: line + 1, column: column + 1, message };
  }
  return { file, line: 1, column: 1, message: error instanceof Error ? error.message : String(error) };
}

/** Names that the schema library leaves out of what it returns; a step of such a name would vanish without a word. */
const RESERVED_NAMES: readonly string[] = ["__proto__", "constructor", "prototype"];

/** Places where a name of the user's own choice is one of {@link RESERVED_NAMES}. */
function reservedNames(document: unknown): readonly DocumentPath[] {
  const steps = valueAt(document, ["steps"]);
  const mappings: DocumentPath[] = [["steps"], ["ai", "parameters"]];
  for (const id of ownKeys(steps))
    mappings.push(["steps", id, "with"], ["steps", id, "demand"], ["steps", id, "ai", "variables"]);
  return mappings.flatMap((path) =>
    ownKeys(valueAt(document, path))
      .filter((name) => RESERVED_NAMES.includes(name))
      .map((name) => [...path, name]),
  );
}

/** Places where a list stands and a mapping must; the schema library takes lists for mappings with numbers as keys. */
function listsForMappings(document: unknown): readonly DocumentPath[] {
  const mappings: DocumentPath[] = [
    [],
    ["project"],
    ["base"],
    ["optimizations"],
    ["optimizations", "performance"],
    ["optimizations", "ai_cache"],
    ["ai"],
    ["ai", "budget"],
    ["ai", "parameters"],
    ["alerts"],
    ["steps"],
  ];
  for (const list of [["stages"], ["optimizations", "skip_rules"], ["alerts", "rules"], ["alerts", "channels"]]) {
    const items = valueAt(document, list);
    if (Array.isArray(items)) mappings.push(...items.map((_, index) => [...list, index]));
  }
  for (const id of ownKeys(valueAt(document, ["steps"]))) {
    mappings.push(["steps", id], ...["with", "demand", "when", "ai", "retries"].map((key) => ["steps", id, key]));
  }
  const found = mappings.filter((path) => Array.isArray(valueAt(document, path)));
  // A list inside a list that is wrong already adds nothing.
  return found.filter((path) => !found.some((outer) => outer.length < path.length && isPrefix(outer, path)));
}

function isPrefix(outer: DocumentPath, path: DocumentPath): boolean {
  return outer.every((segment, index) => path[index] === segment);
}

/** The value at a path, of own properties alone; `undefined` where there is none. */
function valueAt(document: unknown, path: DocumentPath): unknown {
  let value = document;
  for (const segment of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[segment];
  }
  return value;
}

function ownKeys(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The keys of which a step has exactly one. */
const KINDS: readonly string[] = ["run", "script", "module", "ai"];

type Place = (path: DocumentPath, message: string, key: boolean) => Problem;

function shapeProblem(issue: v.BaseIssue<unknown>, document: unknown, at: Place): Problem {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const last = String(path.at(-1));
  const concernsKey = issue.path?.at(-1)?.type === "object" && (issue.path.at(-1) as v.ObjectPathItem).origin === "key";
  const parent = path.slice(0, -1);
  if (issue.type === "strict_object" && concernsKey) {
    const inStep = path[0] === "steps" && path.length === 3;
    if (issue.expected === "never") {
      if (inStep && KINDS.includes(last)) {
        const other = KINDS.find((kind) => kind !== last && ownKeys(valueAt(document, parent)).includes(kind)) ?? "run";
        return at(path, `${quoted(parent)} has both \`${last}\` and \`${other}\`; a step has one`, true);
      }
      const known = knownKeysAt(parent, document);
      if (known.includes(`${last}_env`)) {
        const instead = `name the environment variable that holds it with "${last}_env"`;
        return at(path, `unknown key "${last}"; secrets do not belong in this file: ${instead}`, true);
      }
      return at(path, `unknown key "${last}"${didYouMean(last, known)}`, true);
    }
    if (inStep)
      return at(
        parent,
        `${quoted(parent)} needs \`run\` (a command), \`script\` (of a package.json), \`module\` (a JavaScript file) or \`ai\` (a question to a model)`,
        true,
      );
    return at(parent, `${quoted(parent)} is missing \`${last}\``, true);
  }
  // Without the key that says its kind it is not judged further.
  if (issue.type === "loose_object" && concernsKey) {
    return at(parent, `${quoted(parent)} is missing \`${last}\``, true);
  }
  if (issue.kind === "schema") {
    return at(path, `${quoted(path)} must be ${expectation(issue)}, got ${shown(issue.input)}${meant(issue)}`, false);
  }
  return at(path, `${concernsKey ? `the name "${last}"` : quoted(path)} ${issue.message}`, concernsKey);
}

function expectation(issue: v.BaseIssue<unknown>): string {
  return (
    EXPECTED_WORDS[issue.type] ?? `one of ${(issue.expected ?? "").replace(/^\(|\)$/g, "").replaceAll(" | ", ", ")}`
  );
}

/** The end of a message about a value of the wrong kind: what was probably meant. */
function meant({ type, expected, input }: v.BaseIssue<unknown>): string {
  if (type === "string" && (typeof input === "number" || typeof input === "boolean")) {
    return `; in quotes it is text: "${input}"`;
  }
  const choices = [...(expected ?? "").matchAll(/"([^"|]+)"/g)].map(([, choice = ""]) => choice);
  return typeof input === "string" && choices.length > 0 ? didYouMean(input, choices) : "";
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
  const isPlain = typeof value === "number" || typeof value === "boolean" || typeof value === "bigint";
  const text = isPlain ? String(value) : (JSON.stringify(value) ?? "something else");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

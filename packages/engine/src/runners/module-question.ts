import type { Finding, UnreviewedRecord } from "@ai-workflow/profiler";
import type { AiSeverity } from "../config/config.ts";

/** What a module asks a model. What may not leave the machine is left out or replaced before anything is sent. */
export interface ModuleQuestion {
  /** Name of the prompt template, one of those that `asks` of the step names. */
  readonly prompt: string;
  /** @defaultValue the template's */
  readonly persona?: string | undefined;
  /** Values of the template's variables, all of them. They go along as data. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Files that are shown as a whole, relative to the target directory. @defaultValue none */
  readonly files?: readonly string[] | undefined;
  /**
   * Files of which what changed since the base is shown, with lines around it. `"due"`: as a step with `ai` would, those among the inputs
   * that changed and count for the step, and those that it did not pass on before. @defaultValue none
   */
  readonly changes?: "due" | readonly string[] | undefined;
  /**
   * Name of the commit, all of its hexadecimal digits, since which what changed is shown of `changes` that are a list.
   *
   * @defaultValue the base of the run, for what changed since
   */
  readonly since?: string | undefined;
  /** The step can do without the answer, so that none does not keep it from passing. @defaultValue `false` */
  readonly isOptional?: boolean | undefined;
  /** JSON Schema of the answer, in the place of what the template says. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  /** Findings of less confidence are left out, from 0 to 1. @defaultValue 0.5 */
  readonly minConfidence?: number | undefined;
  /** Findings kept at most, the gravest first. @defaultValue 50 */
  readonly maxFindings?: number | undefined;
  /** Findings of at least this severity are told as `failure`. @defaultValue none */
  readonly failOn?: AiSeverity | undefined;
}

/**
 * Why there is no answer, or not to all of the question. `no-model`: none is configured; `no-provider`: this run may only use kept answers,
 * and there is none; `too-large`: what goes along with every request, or a line, exceeds `ai.max_input_tokens`; `withheld`: a file could not
 * be sent that nobody withheld on purpose; `files-unknown`: without git nobody knows what is due.
 */
export type UnansweredReason =
  | "no-model"
  | "unreachable"
  | "budget"
  | "truncated"
  | "invalid-answer"
  | "refused"
  | "timed-out"
  | "aborted"
  | "no-provider"
  | "too-large"
  | "limit"
  | "no-answer"
  | "withheld"
  | "files-unknown";

/** What was answered about a part of what was asked about; all of it where it fits into one request. */
export interface PartialAnswer {
  /** The files that were in the request. */
  readonly files: readonly string[];
  /** JSON that is valid against the schema; the text itself where the template asks for text. */
  readonly value: unknown;
}

/** What came of a question, whether or not all of it was answered. */
interface ModuleAnswers {
  /** Checked against the files, where the template asks for findings. */
  readonly findings: readonly Finding[];
  /** Where it asks for anything else. */
  readonly answers: readonly PartialAnswer[];
  /** What was not asked about, or not answered. */
  readonly notReviewed: readonly UnreviewedRecord[];
  /** Which findings reach `failOn`, in words; `undefined` where none does. */
  readonly failure?: string | undefined;
}

/** The answer to a question of a module, or why there is none. */
export type ModuleReply =
  | (ModuleAnswers & { readonly status: "answered" })
  | (ModuleAnswers & {
      readonly status: "unanswered";
      readonly reason: UnansweredReason;
      /** One sentence for people. */
      readonly message: string;
    });

/** Asks a model. Rejects where the question makes no sense or settings are wrong; what a model or the way to it does wrong is a reply. */
export type AskModel = (question: ModuleQuestion) => Promise<ModuleReply>;

/** Characters of a question at most, without the files: it goes from process to process. */
export const MAX_QUESTION_LENGTH = 4_000_000;

const SEVERITIES: readonly unknown[] = ["critical", "high", "medium", "low", "info"];

const KEYS: ReadonlySet<string> = new Set([
  "prompt",
  "persona",
  "variables",
  "files",
  "changes",
  "since",
  "isOptional",
  "schema",
  "minConfidence",
  "maxFindings",
  "failOn",
] satisfies readonly (keyof ModuleQuestion)[]);

/**
 * Checks what a module asks. Gives a copy that holds nothing else. Pure.
 *
 * @throws {TypeError} when it has another shape
 * @throws {RangeError} when a number is out of range, a path leaves the target, or it is longer than {@link MAX_QUESTION_LENGTH}
 */
export function readModuleQuestion(given: unknown): ModuleQuestion {
  if (!isObject(given)) throw wrong("it must be an object");
  const unknown = Object.keys(given).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw wrong(`there is no \`${unknown}\``);
  const { prompt, persona, variables, files, changes, since, isOptional, schema, minConfidence, maxFindings, failOn } =
    given;
  if (typeof prompt !== "string" || prompt === "") throw wrong("`prompt` must be the name of a prompt template");
  if (persona !== undefined && typeof persona !== "string") throw wrong("`persona` must be a name");
  if (variables !== undefined && !(isObject(variables) && Object.values(variables).every(isText)))
    throw wrong("`variables` must be texts by their names");
  if (files !== undefined && !isTexts(files)) throw wrong("`files` must be a list of paths");
  if (changes !== undefined && changes !== "due" && !isTexts(changes))
    throw wrong('`changes` must be "due" or a list of paths');
  if (since !== undefined && !(isText(since) && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(since)))
    throw wrong("`since` must be the whole name of a commit");
  if (isOptional !== undefined && typeof isOptional !== "boolean") throw wrong("`isOptional` must be true or false");
  if (schema !== undefined && !isObject(schema)) throw wrong("`schema` must be a JSON Schema");
  if (minConfidence !== undefined && !(typeof minConfidence === "number" && minConfidence >= 0 && minConfidence <= 1))
    throw outOfRange("`minConfidence` must be a number from 0 to 1");
  if (maxFindings !== undefined && !(Number.isSafeInteger(maxFindings) && (maxFindings as number) >= 1))
    throw outOfRange("`maxFindings` must be a whole number of at least 1");
  if (failOn !== undefined && !SEVERITIES.includes(failOn))
    throw wrong(`\`failOn\` must be one of ${SEVERITIES.join(", ")}`);
  const outside = [...(files ?? []), ...(changes === "due" ? [] : (changes ?? []))].find((file) => !isInside(file));
  if (outside !== undefined) throw outOfRange(`${JSON.stringify(outside)} is no path within the target directory`);
  const question = {
    prompt,
    persona,
    variables,
    files,
    changes,
    since,
    isOptional,
    schema,
    minConfidence,
    maxFindings,
    failOn,
  };
  const { length } = JSON.stringify(question);
  if (length > MAX_QUESTION_LENGTH)
    throw outOfRange(`it has ${length} characters without the files, and may have ${MAX_QUESTION_LENGTH}`);
  return question as ModuleQuestion;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isInside(file: string): boolean {
  return file !== "" && !file.startsWith("/") && !file.includes("\0") && !file.split("/").includes("..");
}

function wrong(what: string): TypeError {
  return new TypeError(`Cannot ask a model: ${what}`);
}

function outOfRange(what: string): RangeError {
  return new RangeError(`Cannot ask a model: ${what}`);
}

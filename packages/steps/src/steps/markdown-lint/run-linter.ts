import { main } from "markdownlint-cli2";
import { runProgram } from "../../processes/run-program.ts";
import type { OwnLinter } from "./own-linter.ts";
import { readProblems, type MarkdownProblem } from "./problem.ts";

/** What markdownlint came to. */
export type LinterEnd = { readonly ok: true; readonly problems: readonly MarkdownProblem[] } | FailedLinter;

/** Why nothing is known. */
export interface FailedLinter {
  readonly ok: false;
  readonly message: string;
  /** Whether something that the configuration names is not installed. */
  readonly isMissing: boolean;
}

/** What is linted, and how. */
export interface LinterTask {
  readonly directory: string;
  /** Texts by file, relative to `directory`. */
  readonly texts: ReadonlyMap<string, string>;
  /** The repository's own; ours where it has none. */
  readonly linter?: OwnLinter | undefined;
  /** A configuration in a place of its own. */
  readonly config?: { readonly file: string; readonly pointer: string | undefined } | undefined;
  /** Rules that count where no configuration is nearer. */
  readonly rootRules?: Readonly<Record<string, unknown>> | undefined;
}

/** As many names as a command line surely takes. */
const FILES_A_CALL = 200;

/** Lints documents. Nothing is written, whatever the configuration says of `fix`. Never rejects. */
export async function runLinter(task: LinterTask): Promise<LinterEnd> {
  if (task.texts.size === 0) return { ok: true, problems: [] };
  try {
    return task.linter?.kind === "markdownlint-cli"
      ? await runOlder(task, task.linter.program)
      : await runNewer(task, task.linter?.kind === "markdownlint-cli2" ? task.linter.main : main);
  } catch (error) {
    const message = messageOf(error);
    return { ok: false, message, isMissing: /Unable to (?:import|require)/.test(message) };
  }
}

async function runNewer({ directory, texts, config, rootRules }: LinterTask, run: typeof main): Promise<LinterEnd> {
  let told: unknown;
  const formatter = ({ results }: { readonly results: unknown }): void => {
    told = results;
  };
  const place = config === undefined ? [] : ["--config", config.file];
  const pointer = config?.pointer === undefined ? [] : ["--configPointer", config.pointer];
  const errors: string[] = [];
  await run({
    directory,
    // A colon before it makes a word the name of a file, whatever is in it.
    argv: [...place, ...pointer, ...[...texts.keys()].map((file) => `:${file}`)],
    noGlobs: true,
    fileContents: Object.fromEntries(texts),
    ...(rootRules === undefined ? {} : { optionsDefault: { config: rootRules } }),
    optionsOverride: { fix: false, outputFormatters: [[formatter]] },
    logError: (message) => errors.push(message),
  });
  if (told === undefined) return { ok: false, message: errors.join(" ").slice(0, 500), isMissing: false };
  return { ok: true, problems: readProblems(told) };
}

/** The older program tells everything as JSON on its standard error. */
async function runOlder({ directory, texts, config }: LinterTask, program: string): Promise<LinterEnd> {
  const files = [...texts.keys()];
  const problems: MarkdownProblem[] = [];
  for (let from = 0; from < files.length; from += FILES_A_CALL) {
    const place = config === undefined ? [] : ["--config", config.file];
    const some = files.slice(from, from + FILES_A_CALL).map((file) => `./${file}`);
    const end = await runProgram(process.execPath, [program, "--json", ...place, "--", ...some], { directory });
    if (end.status === "missing") return { ok: false, message: end.message, isMissing: true };
    // 0 and 1: without and with problems; all else tells of a call or a configuration that is no good.
    if (end.code !== 0 && end.code !== 1) {
      const message =
        (end.stderr.trim().split("\n")[0] ?? "") || `it ended with ${end.code ?? end.signal ?? "nothing"}`;
      return { ok: false, message, isMissing: false };
    }
    const told: unknown = end.stderr.trim() === "" ? [] : JSON.parse(end.stderr);
    problems.push(...readProblems(told).map((one) => ({ ...one, file: one.file.replace(/^\.\//, "") })));
  }
  return { ok: true, problems };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { tmpdir } from "node:os";
import type { Command, GateState, MeasuredPair, RevisionsResult } from "@ai-workflow/regression";
import { EngineError } from "../errors.ts";
import { readMachine } from "../machine/machine.ts";
import type { DecidingMeasure } from "./benchmark-document.ts";
import { describeLoad } from "./describe-load.ts";
import { createGitRunner, type RunGit } from "./git-runner.ts";
import { keepsRunning } from "./keeps-running.ts";
import { measuredEnvironment } from "./measured-environment.ts";
import { measuringArguments, type WorkflowProgram } from "./measuring-arguments.ts";
import { reportComparison } from "./report-comparison.ts";
import { checkTemporaryParent } from "./temporary-folder.ts";

/** Options of {@link gateRevisions}. */
export interface GateRevisionsOptions {
  /** Commits, branches or tags. */
  readonly baseline: string;
  readonly compare: string;
  /** Absolute path of a folder of the repository; commands run in the same folder of each worktree. */
  readonly directory: string;
  /** What is measured: a line of shell, or the workflow of each revision with these options of `run`. */
  readonly measured: string | { readonly program: WorkflowProgram; readonly options: readonly string[] };
  /** Lines of shell that are run first in each worktree, in this order, not measured. */
  readonly prepare: readonly string[];
  /** Names of programs that may outlive what is measured, such as build daemons. @defaultValue none */
  readonly keepRunning?: ReadonlySet<string> | undefined;
  readonly thresholdPercent: number;
  readonly measure: DecidingMeasure;
  /** At least 8. */
  readonly maxPairs: number;
  readonly warmUps: number;
  /** Longest time for one run, in milliseconds, also of `prepare`. @defaultValue none */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onPair?: ((pair: MeasuredPair, state: GateState) => void) | undefined;
  /** Folder for the worktrees. @defaultValue that for temporary files */
  readonly temporary?: string | undefined;
  /** @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What {@link gateRevisions} gives. */
export interface GateRevisionsResult extends RevisionsResult {
  /** Report in Markdown; empty where no pair was measured. */
  readonly markdown: string;
}

/**
 * Whether one revision is slower than another: both are checked out in worktrees of their own, which are removed whatever happens, and
 * measured in pairs until it is decided.
 *
 * @throws {EngineError} ENGINE_REPOSITORY_MISSING – `directory` is in no repository, or there is no git
 * @throws {EngineError} ENGINE_REVISION_UNKNOWN – there is no such commit
 * @throws {EngineError} ENGINE_COPY_FAILED – there is no folder for the worktrees that may be written to
 * @throws {RangeError} when an option is out of range
 */
export async function gateRevisions(options: GateRevisionsOptions): Promise<GateRevisionsResult> {
  const { baseline, compare, directory, measured, prepare, thresholdPercent, measure, maxPairs } = options;
  const { warmUps, timeoutMs, signal, onPair } = options;
  const environment = options.environment ?? process.env;
  const git = createGitRunner(directory, environment);
  const within = await locate(git, directory);
  const commits = { baseline: await resolve(git, baseline), compare: await resolve(git, compare) };
  const env = measuredEnvironment(environment);
  const keeps = options.keepRunning === undefined ? undefined : keepsRunning(options.keepRunning);
  const shell = (line: string): Command => ({ command: `${line}\n`, shell: true, cwd: within, env, keeps });
  const command: Command =
    typeof measured === "string"
      ? shell(measured)
      : {
          command: measured.program.command,
          args: measuringArguments(measured.program, measured.options),
          cwd: within,
          env,
          keeps,
        };
  const temporary = checkTemporaryParent(options.temporary ?? tmpdir());
  const { createGitWorktrees, measureRevisions } = await import("@ai-workflow/regression");
  const result = await measureRevisions({
    ...commits,
    command,
    prepare: prepare.map(shell),
    worktrees: createGitWorktrees({ git, directory: temporary }),
    gate: { thresholdPercent, measure: measure === "cpu" ? "cpuMs" : "wallMs", maxPairs },
    warmUps,
    timeoutMs,
    signal,
    onPair,
  });
  if (result.pairs.length === 0) return { ...result, markdown: "" };
  const load = describeLoad(result.pairs, readMachine(environment).cpuCount);
  const { markdown } = await reportComparison({
    pairs: result.pairs,
    thresholdPercent,
    measure,
    title: `${compare} against ${baseline}`,
    baseline,
    compare,
    notes: [describe(result, thresholdPercent), ...(load === undefined ? [] : [load])],
  });
  return { ...result, markdown };
}

function describe({ status, gate }: RevisionsResult, thresholdPercent: number): string {
  const after = `after ${gate.pairs} usable pairs`;
  switch (status) {
    case "ok":
      return `Gate: **ok** ${after}: slower by ${thresholdPercent} % or more is ruled out.`;
    case "regression":
      return `Gate: **regression** ${after}: slower by more than half of the ${thresholdPercent} % allowed.`;
    case "inconclusive":
      return `Gate: **inconclusive** ${after}: neither is shown; allow more pairs, or measure on a quieter machine.`;
    case "failed":
    case "aborted":
      return `Gate: **${status}** ${after}: nothing is decided.`;
  }
}

/** Path of the folder from the root of the work tree. */
async function locate(git: RunGit, directory: string): Promise<string> {
  try {
    return (await git(["rev-parse", "--show-prefix"])).replace(/\n$/, "") || ".";
  } catch (error) {
    throw new EngineError("ENGINE_REPOSITORY_MISSING", `${directory} is in no git repository that can be read`, {
      hint: `Give a folder of a repository, and install git; git says: ${firstLine(error)}`,
      cause: error,
    });
  }
}

async function resolve(git: RunGit, revision: string): Promise<string> {
  try {
    return (await git(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`])).trim();
  } catch (error) {
    throw new EngineError("ENGINE_REVISION_UNKNOWN", `there is no commit ${JSON.stringify(revision)}`, {
      hint: "Give a commit, branch or tag that this repository has; in a shallow clone fetch its history first",
      cause: error,
    });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

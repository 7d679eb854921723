// Not `node:fs/promises`: Node would load it in every run, which has no use for it.
import { existsSync, readdirSync, readFileSync, promises } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseRunRecord } from "@ai-workflow/profiler";
import type { Arm, Command, Runner, StepRun } from "@ai-workflow/regression";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { EngineError } from "../errors.ts";
import { measureArms, type BenchmarkOutcome, type MeasuringOptions } from "./benchmark-commands.ts";
import { copyRepository } from "./copy-repository.ts";
import { createGitRunner } from "./git-runner.ts";
import { keepsRunning } from "./keeps-running.ts";
import { measuredEnvironment } from "./measured-environment.ts";
import { measuringArguments, type WorkflowProgram } from "./measuring-arguments.ts";
import { stepsOfRun } from "./steps-of-run.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** Options of {@link benchmarkWorkflow}. */
export interface BenchmarkWorkflowOptions extends MeasuringOptions {
  readonly loaded: LoadedWorkflow;
  readonly program: WorkflowProgram;
  /** Options of `run` on the two sides. */
  readonly baseline: readonly string[];
  readonly compare: readonly string[];
  /** Begin every run without kept results, answers and history, rather than with those of the target. @defaultValue false */
  readonly cold?: boolean | undefined;
  /** Folder for the copies. @defaultValue that for temporary files */
  readonly temporary?: string | undefined;
  /** Called before the copies are made, with what is copied. */
  readonly onCopy?: ((root: string) => void) | undefined;
}

/** Parts of the state folder that tell of earlier runs and that no run reads. */
const NOT_RESTORED: ReadonlySet<string> = new Set(["runs", "logs"]);
/** Facts about the files of one copy; another copy cannot use them, and restoring them would make every run find them out anew. */
const FACTS = "cache";

/**
 * Measures two ways to run a workflow in turns, each in a copy of the repository of its own. Every run begins with the same state: a
 * copy of the target's state folder as it is now. The target and its state are read and never written to.
 *
 * @throws {EngineError} ENGINE_COPY_FAILED – the repository cannot be copied, or there is no folder to copy it into
 * @throws {RangeError} when an option is out of range
 */
export async function benchmarkWorkflow(options: BenchmarkWorkflowOptions): Promise<BenchmarkOutcome> {
  const { loaded, program, cold = false, signal, onCopy } = options;
  const environment = options.environment ?? process.env;
  const folder = createTemporaryFolder(options.temporary ?? tmpdir());
  // Also when a second signal ends this process at once.
  process.on("exit", folder.remove);
  try {
    const root = await findRoot(loaded.directory, environment);
    onCopy?.(root);
    const state = path.join(loaded.directory, STATE_FOLDER_NAME);
    const within = path.relative(root, loaded.directory);
    const targets = { baseline: path.join(folder.path, "a", within), compare: path.join(folder.path, "b", within) };
    const snapshot = path.join(folder.path, "state");
    await attemptCopy(root, signal, async () => {
      const leaveOut = new Set([state]);
      await copyRepository({ root, to: path.join(folder.path, "a"), leaveOut, environment, signal });
      await copyRepository({ root, to: path.join(folder.path, "b"), leaveOut, environment, signal });
      await promises.mkdir(snapshot);
      if (!cold && existsSync(state)) await restoreState(state, snapshot);
    });

    const runs: Record<Arm, (readonly StepRun[])[]> = { baseline: [], compare: [] };
    const { runCommand } = await import("@ai-workflow/regression");
    const run: Runner = async (command, limits) => {
      const arm = command.cwd === targets.baseline ? "baseline" : "compare";
      const copiedState = path.join(targets[arm], STATE_FOLDER_NAME);
      await attemptCopy(snapshot, signal, async () => {
        if (cold) await promises.rm(copiedState, { recursive: true, force: true });
        else await restoreState(snapshot, copiedState);
      });
      const outcome = await runCommand(command, limits);
      if (outcome.status === "passed") runs[arm].push(readSteps(copiedState));
      return outcome;
    };
    const toCommand = (arm: Arm): Command => ({
      command: program.command,
      args: measuringArguments(program, options[arm]),
      cwd: targets[arm],
      env: measuredEnvironment(environment),
      keeps: keepsRunning(loaded.workflow.keepRunning),
    });
    const name = (arm: Arm): string => ["run", ...options[arm]].join(" ");
    const outcome = await measureArms(options, {
      kind: "workflow",
      arms: {
        baseline: { name: "baseline", command: name("baseline") },
        compare: { name: "optimised", command: name("compare") },
      },
      commands: { baseline: toCommand("baseline"), compare: toCommand("compare") },
      run,
    });
    if (outcome.status !== "measured") return outcome;
    const { summariseSteps } = await import("@ai-workflow/regression");
    const counted = (arm: Arm): (readonly StepRun[])[] => runs[arm].slice(options.warmUps);
    const steps = summariseSteps(counted("baseline"), counted("compare"));
    return { ...outcome, document: { ...outcome.document, steps } };
  } finally {
    process.off("exit", folder.remove);
    folder.remove();
  }
}

/** The root of the work tree, or the target itself where there is no repository or no git. */
async function findRoot(directory: string, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  try {
    const up = await createGitRunner(directory, environment)(["rev-parse", "--show-cdup"]);
    return path.resolve(directory, up.replace(/\n$/, ""));
  } catch {
    return directory;
  }
}

async function attemptCopy(root: string, signal: AbortSignal | undefined, copy: () => Promise<void>): Promise<void> {
  try {
    await copy();
  } catch (error) {
    if (signal?.aborted === true) return;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EngineError(
      "ENGINE_COPY_FAILED",
      `cannot copy ${root}: ${code === undefined ? "" : `${code}: `}${message}`,
      {
        hint: "Make every file readable and some room in the folder for temporary files, or name another in TMPDIR, outside of the repository",
        cause: error,
      },
    );
  }
}

/** Makes one state folder like another, except for what only its own copy can use. */
async function restoreState(from: string, to: string): Promise<void> {
  await promises.mkdir(to, { recursive: true });
  for (const name of await promises.readdir(to)) {
    if (name !== FACTS) await promises.rm(path.join(to, name), { recursive: true, force: true });
  }
  for (const name of await promises.readdir(from)) {
    if (NOT_RESTORED.has(name) || name === FACTS) continue;
    await promises.cp(path.join(from, name), path.join(to, name), {
      recursive: true,
      verbatimSymlinks: true,
      force: true,
    });
  }
}

/** The steps of the only run in a state folder; none where its record cannot be read. */
function readSteps(state: string): readonly StepRun[] {
  const runs = path.join(state, "runs");
  const [name] = existsSync(runs) ? readdirSync(runs) : [];
  if (name === undefined) return [];
  const parsed = parseRunRecord(readFileSync(path.join(runs, name, "run.json"), "utf8"));
  return parsed.ok ? stepsOfRun(parsed.record) : [];
}

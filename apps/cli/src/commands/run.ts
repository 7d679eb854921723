import { availableParallelism } from "node:os";
import path from "node:path";
import { planWorkflow, runWorkflow, type FailurePolicy, type RunEvent, type RunOptions } from "@ai-workflow/engine";
import type { Concurrency } from "../concurrency.ts";
import { CancelledError } from "../cancelled-error.ts";
import { EXIT, exitCodeOf } from "../exit-code.ts";
import { isTrouble as isAlertTrouble } from "../render/alert.ts";
import { renderJson } from "../render/json.ts";
import { renderPlan } from "../render/plan.ts";
import { renderProgress } from "../render/progress.ts";
import { renderStepLog, type OutputLogs } from "../render/step-log.ts";
import { createStyle } from "../render/style.ts";
import { renderSummary } from "../render/summary.ts";
import { VERSION } from "../version.ts";
import { cancelOnSignal } from "./cancel-on-signal.ts";
import { readTarget } from "./read-target.ts";

/** Options of `run` as commander hands them over. */
interface RunFlags {
  readonly steps?: readonly string[];
  readonly target?: string;
  readonly base?: string;
  readonly since?: string;
  readonly force?: boolean;
  readonly baseline?: boolean;
  readonly smartExecution?: boolean;
  readonly parallel?: boolean;
  readonly multiStage?: boolean;
  readonly aiCache?: NonNullable<RunOptions["aiCache"]> | false;
  readonly printPrompts?: boolean;
  readonly objective?: NonNullable<RunOptions["objective"]>;
  readonly mlOptimize?: boolean;
  readonly showMlStatus?: boolean;
  readonly strict?: boolean;
  readonly shadow?: number;
  readonly budget?: number;
  readonly resume?: boolean;
  readonly wait?: boolean;
  readonly manualTrigger?: boolean;
  readonly alerts?: boolean;
  readonly concurrency?: Concurrency;
  readonly continue: FailurePolicy;
  readonly dryRun?: "text" | "json";
  readonly outputLogs: OutputLogs;
  readonly inconclusive: "pass" | "fail" | "report";
  readonly requireComplete?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `ai-workflow run`: progress goes to standard error, the result to standard output. */
export async function runCommand(stepArguments: readonly string[], given: object): Promise<void> {
  const flags = given as RunFlags;
  const loaded = await readTarget(flags.target);
  const steps = [...stepArguments, ...(flags.steps ?? [])];
  const options: RunOptions = {
    loaded,
    toolVersion: VERSION,
    steps: steps.length === 0 ? undefined : steps,
    force: flags.force,
    baseline: flags.baseline,
    smartExecution: flags.smartExecution,
    parallelExecution: flags.parallel,
    multiStage: flags.multiStage,
    aiCache: flags.aiCache === false ? "off" : flags.aiCache,
    mlOptimize: flags.mlOptimize,
    predictorWorker: new URL("./predictor-worker.mjs", import.meta.url),
    shippedPrompts: new URL("./prompts/", import.meta.url),
    approved: flags.manualTrigger === true ? "all" : undefined,
    raiseAlerts: flags.alerts,
    maxParallel: flags.concurrency === undefined ? undefined : countOf(flags.concurrency),
    onFailure: flags.continue,
    base: flags.base ?? flags.since,
    objective: flags.objective,
    strict: flags.strict,
    shadow: flags.shadow,
    budgetMs: flags.budget,
    resume: flags.resume,
    wait: flags.wait,
    moduleWorker: new URL("./module-worker.mjs", import.meta.url),
  };

  if (flags.showMlStatus === true) {
    const { mlStatusCommand } = await import("./ml.ts");
    await mlStatusCommand({ target: flags.target, json: flags.json });
    return;
  }

  if (flags.dryRun !== undefined) {
    const plan = await planWorkflow({ ...options, prompts: flags.printPrompts });
    const json = flags.dryRun === "json" || flags.json === true;
    process.stdout.write(json ? renderJson({ ...plan }) : renderPlan(plan));
    return;
  }

  const cancel = cancelOnSignal("ending the running steps");
  const printEvent = flags.json === true ? printJson : createPrinter(flags);
  const result = await runWorkflow({ ...options, signal: cancel.signal, onEvent: printEvent }).catch(
    (error: unknown) => {
      const received = cancel.stop();
      // Cancelled while it waited for its turn.
      if (received !== undefined) throw new CancelledError(received, { cause: error });
      throw error;
    },
  );
  const signal = cancel.stop();
  if (flags.json !== true) {
    const recordFile = result.recordFile === undefined ? undefined : path.relative(process.cwd(), result.recordFile);
    const style = createStyle(process.stdout.isTTY, process.env);
    process.stdout.write(renderSummary(result.record, style, { quiet: flags.quiet === true, recordFile }));
  }
  process.exitCode = exitCodeOf(result.record.status, {
    leftOut: result.record.steps.some(({ outcome }) => outcome === "cancelled"),
    requireComplete: flags.requireComplete === true,
    inconclusive: flags.inconclusive,
    signal,
  });
  if (result.alerts?.fails === true && process.exitCode === EXIT.ok) process.exitCode = EXIT.failed;
}

function countOf({ value, unit }: Concurrency): number {
  return unit === "steps" ? value : Math.max(1, Math.floor((availableParallelism() * value) / 100));
}

function printJson(event: RunEvent): void {
  process.stdout.write(renderJson({ ...event }));
}

function createPrinter(flags: RunFlags): (event: RunEvent) => void {
  const style = createStyle(process.stderr.isTTY, process.env);
  let stateDirectory = "";
  return (event) => {
    if (event.type === "decided") ({ stateDirectory } = event);
    const isTrouble =
      event.type === "notice" ||
      event.type === "waiting" ||
      (event.type === "alerts" && isAlertTrouble(event.report)) ||
      (event.type === "step-finished" && !["passed", "replayed"].includes(event.step.outcome));
    if (flags.quiet !== true || isTrouble) {
      const line = renderProgress(event, style, flags.verbose === true);
      if (line !== undefined) process.stderr.write(`${line}\n`);
    }
    const log = event.type === "step-finished" ? renderStepLog(event.step, flags.outputLogs, stateDirectory) : "";
    // Writing nothing costs as much as writing a line.
    if (log !== "") process.stderr.write(log);
  };
}

import path from "node:path";
import { SPANS_VARIABLE } from "@ai-workflow/profiler";
import type { WaitingGroup } from "@ai-workflow/profiler/resources";
import type { Step } from "../config/workflow.ts";
import { limitLog } from "../runners/limit-log.ts";
import { endMarkedProcesses } from "../runners/marked-processes.ts";
import type { ShellsAhead } from "../runners/shells-ahead.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import type { EarlySteps } from "./early-steps.ts";
import { expectedDuration } from "./expected-duration.ts";
import { judgeEdits } from "./judge-edits.ts";
import type { MeasuredAttempt } from "./measure-steps.ts";
import { runStep, type StepHost } from "./run-step.ts";
import type { StageControl } from "./stage-control.ts";
import { StepFailure, type StepFates } from "./step-fates.ts";
import type { StepsToRun } from "./steps-to-run.ts";

/**
 * Time between asking and forcing what left the group of a cancelled attempt, in milliseconds: it comes after the grace of the group, and
 * both together within that of the scheduler.
 */
const SWEEP_GRACE_MS = 2_000;

/** What an attempt needs from the execution that it is part of. */
export interface AttemptHost {
  readonly host: StepHost;
  readonly shells: Pick<ShellsAhead<WaitingGroup>, "take" | "fill">;
  readonly fates: Pick<StepFates, "begin">;
  readonly early: Pick<EarlySteps, "isAhead">;
  readonly stages: Pick<StageControl, "stepStarted">;
}

/**
 * Runs one attempt of a step from its announcement to the end of all that it started.
 *
 * @throws {StepFailure} when the step did not pass
 */
export async function runAttempt(
  step: Step,
  signal: AbortSignal,
  { context, books, schedule }: StepsToRun,
  { host, shells, fates, early, stages }: AttemptHost,
): Promise<StepVerdict> {
  const last = fates.begin(step.id, context.elapsedMs());
  const { attempt } = last;
  const ahead = early.isAhead(step.id);
  if (!ahead) stages.stepStarted(step.stage);
  const expectedMs = expectedDuration(step.id, schedule).predictedMs;
  books.journal.append({ started: step.id, attempt, ahead, expectedMs, atMs: last.startedMs });
  const log = context.paths.stepLog(step.id);
  context.emit({
    type: "step-started",
    atMs: last.startedMs,
    stepId: step.id,
    attempt,
    ahead,
    log,
    stage: step.stage,
    expectedMs,
  });
  const logFile = path.join(context.state.path, log);
  const span = context.spans.start("attempt", { step: step.id, attributes: { attempt } });
  const shell = shells.take(step.id);
  const meter = books.meter.begin(step, attempt, span, logFile, shell?.group);
  shells.fill();
  const limited = limitLog(logFile);
  try {
    const given = await runStep(step, host, { logFile, signal, span, meter, ahead: shell });
    const verdict = books.strict === undefined ? given : await judgeEdits(step, given, books.strict);
    last.verdict = verdict;
    if (verdict.outcome !== "passed") throw new StepFailure(verdict);
    return verdict;
  } finally {
    await shell?.drop();
    if (signal.aborted) await endWhatLeftItsGroup(meter, context.options.loaded.workflow.keepRunning);
    last.finishedMs = context.elapsedMs();
    limited.close();
    meter.end();
    span.end();
  }
}

/** Ends what the group of a cancelled attempt no longer held. The value of the variable is that of this attempt alone. */
async function endWhatLeftItsGroup(
  { variables, processes: known }: MeasuredAttempt,
  exempt: ReadonlySet<string>,
): Promise<void> {
  const mark = `${SPANS_VARIABLE}=${variables[SPANS_VARIABLE] ?? ""}`;
  await endMarkedProcesses(mark, { exempt, known, graceMs: SWEEP_GRACE_MS });
}

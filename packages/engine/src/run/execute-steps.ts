import type { TaskOutcome } from "@ai-workflow/scheduler";
import type { SpeculationCost } from "@ai-workflow/pipeline-stages";
import type { RunRecord, SpeculationRecord, StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import { endMarkedProcessesAtExit, markOf } from "../runners/marked-processes.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import { createActiveTime } from "./active-time.ts";
import { confirmationOf } from "../scheduling/build-tasks.ts";
import { controlStages } from "./control-stages.ts";
import { createEarlySteps } from "./early-steps.ts";
import { executeTasks } from "./execute-tasks.ts";
import { keepOutcome } from "./keep-outcome.ts";
import { openStepHost } from "./open-step-host.ts";
import { createEndRecorder } from "./record-ends.ts";
import { recordWaits } from "./record-waits.ts";
import { runAttempt } from "./run-attempt.ts";
import { createStepShells } from "./step-shells.ts";
import { createStepFates } from "./step-fates.ts";
import type { StepsToRun } from "./steps-to-run.ts";
import { tellRemaining } from "./tell-remaining.ts";
import { createFailureStop } from "./failure-stop.ts";

/** What is known beside the records of the steps once they have ended. */
export interface ExecutedSteps extends Pick<RunRecord, "ai" | "resources" | "speculation"> {
  /** Stages that ran into their time limit. */
  readonly timeLimitReached: ReadonlySet<string>;
}

/**
 * Runs the scheduled steps and puts the record of each into `records` as it ends; gates look at those records. Results of passed
 * steps go to the keeper of results.
 */
export async function executeSteps(run: StepsToRun): Promise<ExecutedSteps> {
  const { context, schedule, records, books } = run;
  const { resolved } = context;
  const host = openStepHost(context, run.preparation, records);
  const mistakes: unknown[] = [];

  const { setTimer } = createActiveTime({
    now: context.elapsedMs,
    setTimer(callback, delayMs): () => void {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    onPause(pausedMs): void {
      const message = `the run stood still for about ${Math.round(pausedMs / 1_000)} s, as when it is stopped or the machine sleeps; that does not count for the limits of steps and stages`;
      context.notice({ code: "run-paused", message });
    },
  });
  const fates = createStepFates({
    hasEnded: (id) => records.has(id),
    isAhead: (id) => early.isAhead(id),
    cancel(id): void {
      execution.cancel(id);
      if (early.has(id)) execution.cancel(confirmationOf(id));
    },
    withdraw(id): void {
      execution.withdraw(id);
      if (early.has(id)) execution.withdraw(confirmationOf(id));
    },
  });
  const early = createEarlySteps(schedule.ahead, resolved.stages, {
    elapsedMs: context.elapsedMs,
    runsAgain(id): void {
      const { demand, durationMs } = schedule.graph.get(id) ?? {};
      execution.update(confirmationOf(id), { demand, durationMs });
    },
    changedInputs: books.changedInputs,
    setTimer,
    stageStarted: (stageId) => stages.stepStarted(stageId),
  });
  const stages = controlStages(run, fates, setTimer);

  const failureStop = createFailureStop(run, fates);
  const isToStart = (id: string): boolean =>
    fates.lastAttempt(id) === undefined && fates.leftOut(id) === undefined && !records.has(id);
  const shells = createStepShells(context, schedule, host, books.meter, isToStart);
  const originMs = context.elapsedMs();
  const ends = createEndRecorder(run, { fates, early, originMs });

  const close = (record: StepRecord): void => {
    records.set(record.id, record);
    const atMs = context.elapsedMs();
    books.journal.append({ ended: record, atMs });
    context.emit({ type: "step-finished", atMs, step: record });
  };
  const finish = (step: Step, outcome: TaskOutcome<StepVerdict | undefined>): void => {
    const leftOut = ends.ofLeftOut(step);
    if (leftOut !== undefined) {
      close(leftOut);
      return;
    }
    const record = ends.of(step, outcome);
    records.set(step.id, record);
    stages.stepEnded(step.stage);
    if (outcome.status === "failed" || outcome.status === "timed-out") failureStop.after(step);
    keepOutcome(step, record, run, host.incremental);
    close(record);
  };

  const remaining = tellRemaining(run, originMs);
  const execution = executeTasks(run, {
    fates,
    early,
    failureStop,
    attempt: (step, signal) => runAttempt(step, signal, run, { host, shells, fates, early, stages }),
    stepEnded: finish,
    setTimer,
    gateReached: (stageId) => early.gateEnded(stageId, stages.stageEnded(stageId)),
    happened: remaining.note,
    onMistake: (error) => mistakes.push(error),
  });
  const callOff = endMarkedProcessesAtExit(markOf(context.paths.logs), {
    exempt: context.options.loaded.workflow.keepRunning,
    known: books.meter.processes,
  });
  schedule.forecast?.begin((id, durationMs) => execution.update(id, { durationMs }));
  stages.begin();
  try {
    const result = await execution.result;
    if (mistakes.length > 0) throw mistakes[0];
    recordWaits(records, result, schedule.limits, originMs);
    return {
      ai: host.recordAi(),
      resources: books.meter.total(),
      speculation: recordSpeculation(early.cost()),
      timeLimitReached: stages.timeLimitReached,
    };
  } finally {
    remaining.close();
    stages.close();
    await shells.close();
    callOff();
    books.meter.close();
    await schedule.forecast?.end();
    await host.close();
  }
}

function recordSpeculation(cost: SpeculationCost | undefined): SpeculationRecord | undefined {
  if (cost === undefined) return undefined;
  const { started, used, wasted, gainedMs, wastedMs } = cost;
  return { started, used, wasted, gainedMs, wastedMs };
}

import path from "node:path";
import { execute, type TaskOutcome } from "@ai-workflow/scheduler";
import type { SpeculationCost } from "@ai-workflow/pipeline-stages";
import { SPANS_VARIABLE, type RunRecord, type SpeculationRecord, type StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import { GRACE_MS } from "../runners/end-process-group.ts";
import { endMarkedProcesses, endMarkedProcessesAtExit, markOf } from "../runners/marked-processes.ts";
import { createAiRunner } from "../runners/run-ai-step.ts";
import { createIncrementalRunner } from "../runners/run-incremental-step.ts";
import { createModuleRunner } from "../runners/run-module-step.ts";
import type { RunJournal } from "../journal/run-journal.ts";
import type { RunForecast } from "../prediction/forecast-run.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import { isBuiltOnProof } from "../results/is-built-on-proof.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import { isKept } from "../selection/is-kept.ts";
import type { Decision } from "../selection/reasons.ts";
import { recordDecided, recordEnded } from "./build-record.ts";
import { confirmationOf, confirmedBy, gateOf, isStepTask } from "./build-tasks.ts";
import { createEarlySteps } from "./early-steps.ts";
import { judgeEdits } from "./judge-edits.ts";
import { isFlaky, type EndedStep } from "./judge-flaky.ts";
import type { ResultKeeper } from "./keep-results.ts";
import type { MeasuredAttempt, StepMeter } from "./measure-steps.ts";
import type { TreeWatch } from "../tree/watch-tree.ts";
import type { Preparation } from "./prepare.ts";
import { retriesAfter, retryDelayMs } from "./retry-policy.ts";
import { recordWaits } from "./record-waits.ts";
import { runStep, type StepHost } from "./run-step.ts";
import type { RunContext } from "./run-context.ts";
import type { StepSchedule } from "./schedule-steps.ts";
import { createStepShells } from "./step-shells.ts";
import type { StepFeatures } from "./step-features.ts";
import { createStageControl } from "./stage-control.ts";
import { resultsOf, stagesOf } from "./stage-results.ts";
import { createStepFates, StepFailure } from "./step-fates.ts";
import { stepsToStop } from "./steps-to-stop.ts";

/** Where what happens to steps is written down. */
export interface StepBooks {
  readonly keeper: ResultKeeper;
  readonly meter: StepMeter;
  /** With which fingerprints steps failed before. */
  readonly failures: FailedFingerprints;
  readonly journal: Pick<RunJournal, "append">;
  /** Looks after each step what it edited, and lets it fail when it did not say so. */
  readonly strict: TreeWatch | undefined;
}

/**
 * Time between asking and forcing what left the group of a cancelled attempt, in milliseconds: it comes after the grace of the group, and
 * both together within that of the scheduler.
 */
const SWEEP_GRACE_MS = 2_000;

/** What is known beside the records of the steps once they have ended. */
export interface ExecutedSteps extends Pick<RunRecord, "ai" | "resources" | "speculation"> {
  /** Stages that ran into their time limit. */
  readonly timeLimitReached: ReadonlySet<string>;
}

/** What becomes of a gate's task when it fails, which it does not. */
const NEVER_AGAIN = { retries: 0, retryOnExitCodes: undefined, retryDelayMs: undefined } as const;

/** Where compiled code finds the worker of module steps when it is not bundled. */
const MODULE_WORKER = new URL("../runners/module-worker.js", import.meta.url);

/**
 * Runs the scheduled steps and puts the record of each into `steps` as it ends; gates look at those records. Results of passed
 * steps go to the keeper of results.
 */
export async function executeSteps(
  context: RunContext,
  preparation: Preparation,
  schedule: StepSchedule & {
    readonly features: ReadonlyMap<string, StepFeatures>;
    readonly forecast: RunForecast | undefined;
  },
  steps: Map<string, StepRecord>,
  { keeper, failures, meter, journal, strict }: StepBooks,
): Promise<ExecutedSteps> {
  const { options, resolved, emit } = context;
  const { workflow, directory } = options.loaded;
  const decisions = new Map(preparation.decisions.map((decision) => [decision.stepId, decision]));
  const planned = new Map(schedule.planned.planned.map((task) => [task.id, task.finishMs - task.startMs]));
  const modules = createModuleRunner(resolved.maxParallel, options.moduleWorker ?? MODULE_WORKER, context.environment);
  const ai = createAiRunner(context, preparation);
  ai.announce([...workflow.steps.values()].filter(({ id }) => decisions.get(id)?.action === "run"));
  const incremental = createIncrementalRunner(context, preparation);
  const host: StepHost = {
    ai,
    incremental,
    target: directory,
    environment: context.environment,
    modules,
    files: preparation.files,
    relevances: preparation.relevances,
  };
  const shells = createStepShells(
    context,
    schedule,
    host,
    meter,
    (id) => fates.lastAttempt(id) === undefined && fates.leftOut(id) === undefined && !steps.has(id),
  );
  const mistakes: unknown[] = [];
  const originMs = context.elapsedMs();
  const sinceRunStart = (ms: number): number => originMs + ms;

  const fates = createStepFates({
    hasEnded: (id) => steps.has(id),
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
    stageStarted: (stageId) => stages.stepStarted(stageId),
  });
  const approved = resolved.stages.filter(({ id }) => resolved.request.isApproved(id)).map(({ id }) => id);
  const stages = createStageControl(
    stagesOf(resolved.stages, workflow.steps.values()),
    preparation.stageFacts,
    new Set(approved),
    {
      results: (withoutResult) => resultsOf(steps, workflow.steps, withoutResult),
      cancel: fates.cancel,
      end: fates.end,
      leaveOut(stepId, why, isHeld): void {
        if (!decisions.has(stepId) || steps.has(stepId)) return;
        fates.leaveOut(stepId, { why, isHeld });
        // What waits for a person cannot be done without.
        if (isHeld) for (const id of dependentsOf(stepId)) fates.leaveOut(id, { why, isHeld });
      },
      tell: (stageId, gate) => {
        const open = gate.state === "open";
        emit({ type: "gate", atMs: context.elapsedMs(), stageId, open, reason: gate.explanation });
      },
      isCancelled: () => options.signal?.aborted ?? false,
      setTimer: (callback, delayMs) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
  );
  /** The steps that need one, directly or not, however the stages stand to each other. */
  const dependentsOf = (stepId: string): ReadonlySet<string> => {
    const found = new Set<string>();
    const open = [stepId];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const dependent of schedule.graph.dependentsOf(id)) {
        if (gateOf(dependent) !== undefined || found.has(dependent)) continue;
        found.add(dependent);
        open.push(dependent);
      }
    }
    return new Set([...found].filter(isStepTask));
  };
  let hasStopped = false;
  const stopAfter = (failed: Step): void => {
    if (resolved.onFailure !== "never" || hasStopped) return;
    hasStopped = true;
    const why = `the run stopped when ${failed.id} failed (--continue goes on)`;
    const waiting = [...workflow.steps.values()].filter(({ id }) => decisions.get(id)?.action === "run");
    for (const id of stepsToStop(failed, waiting, resolved.stages, dependentsOf(failed.id))) fates.cancel(id, why);
  };

  const runTask = async (step: Step, signal: AbortSignal): Promise<StepVerdict> => {
    const last = fates.begin(step.id, context.elapsedMs());
    const { attempt } = last;
    const isAhead = early.isAhead(step.id);
    if (!isAhead) stages.stepStarted(step.stage);
    journal.append({ started: step.id, attempt, atMs: last.startedMs });
    emit({ type: "step-started", atMs: last.startedMs, stepId: step.id, attempt, ahead: isAhead });
    const logFile = path.join(context.state.path, context.paths.stepLog(step.id));
    const span = context.spans.start("attempt", { step: step.id, attributes: { attempt } });
    const shell = shells.take(step.id);
    const measured = meter.begin(step, attempt, span, logFile, shell?.group);
    shells.fill();
    try {
      const given = await runStep(step, host, { logFile, signal, span, meter: measured, ahead: shell });
      const verdict = strict === undefined ? given : await judgeEdits(step, given, strict);
      last.verdict = verdict;
      if (verdict.outcome !== "passed") throw new StepFailure(verdict);
      return verdict;
    } finally {
      await shell?.drop();
      if (signal.aborted) await endWhatLeftItsGroup(measured);
      last.finishedMs = context.elapsedMs();
      measured.end();
      span.end();
    }
  };

  /** Ends what the group of a cancelled attempt no longer held. The value of the variable is that of this attempt alone. */
  const endWhatLeftItsGroup = async ({ variables, processes: known }: MeasuredAttempt): Promise<void> => {
    const mark = `${SPANS_VARIABLE}=${variables[SPANS_VARIABLE] ?? ""}`;
    await endMarkedProcesses(mark, { exempt: workflow.keepRunning, known, graceMs: SWEEP_GRACE_MS });
  };

  /** Written down at once: what a step did not pass on must not be assumed to pass by a run after a kill either. */
  const noteDoubt = ({ outcome }: StepRecord, prints: StepPrints): void => {
    if (outcome === "passed") return failures.trust(prints.contentFingerprint());
    if (outcome === "cancelled") return;
    failures.doubt(prints.contentFingerprint());
    if (context.state.durable) failures.save();
  };

  const finish = (step: Step, outcome: TaskOutcome<StepVerdict | undefined>): void => {
    const decision = decisions.get(step.id);
    if (decision === undefined) throw new Error(`Cannot finish step: "${step.id}" was not decided on`);
    const prints = preparation.prints.get(step.id);
    const leftOut = fates.leftOut(step.id);
    if (leftOut !== undefined) {
      const reason = leftOut.isHeld ? "awaiting-approval" : "stage-not-triggered";
      const explained: Decision = { stepId: step.id, action: "skip", reason, explanation: leftOut.why };
      close(recordDecided(step, explained, prints, undefined, undefined));
      return;
    }
    const last = fates.lastAttempt(step.id);
    const predicted = schedule.forecast?.predictions.get(step.id);
    const isPlanned = !schedule.unknownDurations.includes(step.id);
    const verdict = fates.verdictOf(step, outcome);
    const fingerprint = prints === undefined || prints.namesNothing ? undefined : prints.fingerprint;
    const ended: EndedStep = { step, outcome: verdict.outcome, attempts: outcome.attempts, fingerprint };
    const record = recordEnded(step, decision, prints, {
      verdict,
      ahead: early.ranAhead(step.id) ? true : undefined,
      flaky: isFlaky(ended, failures, context.store) ? true : undefined,
      ...timesOf(step.id, outcome),
      durationMs: last === undefined ? 0 : (last.finishedMs ?? context.elapsedMs()) - last.startedMs,
      attempts: outcome.attempts,
      features: schedule.features.get(step.id),
      predictedUpperMs: predicted?.p90Ms,
      predictedMs: predicted?.p50Ms ?? (isPlanned ? planned.get(step.id) : undefined),
      log: last === undefined ? undefined : context.paths.stepLog(step.id),
      ...meter.of(step.id),
      // The scheduler tells them at the end.
      waits: [],
    });
    steps.set(step.id, record);
    stages.stepEnded(step.stage);
    if (outcome.status === "failed" || outcome.status === "timed-out") stopAfter(step);
    const isProof =
      prints !== undefined && !prints.namesNothing && isKept(step) && isBuiltOnProof(step, workflow.steps, steps);
    if (record.outcome === "passed" && isProof && resolved.keepResults) {
      keeper.passed({
        step,
        logFile: path.join(context.state.path, context.paths.stepLog(step.id)),
        stored: () => incremental.passed(step),
        success: {
          stepId: step.id,
          fingerprint: prints.fingerprint,
          relevantFingerprint: prints.relevantFingerprint(),
          runId: context.runId,
          at: new Date(context.wallNow()).toISOString(),
          durationMs: record.durationMs,
          findings: record.findings,
          ai: record.ai,
        },
      });
    }
    if (fingerprint !== undefined && (record.outcome === "failed" || record.outcome === "timed-out")) {
      keeper.failed({ step, fingerprint, confirmed: () => failures.add(fingerprint) });
    }
    if (record.outcome === "passed" && !isKept(step)) incremental.passed(step);
    if (prints !== undefined) noteDoubt(record, prints);
    close(record);
  };

  /** A step that may go ahead has another task for its end than for its start. */
  const timesOf = (
    stepId: string,
    outcome: TaskOutcome<unknown>,
  ): { readonly startedMs: number | undefined; readonly finishedMs: number | undefined } => {
    const last = early.has(stepId) ? fates.lastAttempt(stepId) : undefined;
    if (last !== undefined) return { startedMs: last.startedMs, finishedMs: last.finishedMs ?? context.elapsedMs() };
    if (outcome.startedMs === undefined || early.has(stepId)) return { startedMs: undefined, finishedMs: undefined };
    return { startedMs: sinceRunStart(outcome.startedMs), finishedMs: sinceRunStart(outcome.finishedMs) };
  };

  const close = (record: StepRecord): void => {
    steps.set(record.id, record);
    const atMs = context.elapsedMs();
    journal.append({ ended: record, atMs });
    emit({ type: "step-finished", atMs, step: record });
  };

  const stepOf = (taskId: string): Step | undefined => workflow.steps.get(confirmedBy(taskId) ?? taskId);

  const execution = execute(
    schedule.graph,
    async (task, { signal, attempt }): Promise<StepVerdict | undefined> => {
      const step = stepOf(task.id);
      // A gate's task has nothing to do: what happens at a gate happens when its task ends.
      if (step === undefined) return undefined;
      const run = (limit: AbortSignal): Promise<StepVerdict> => runTask(step, limit);
      if (!early.has(step.id)) return run(signal);
      if (isStepTask(task.id)) return early.run(step, signal, run);
      return early.confirm(step, attempt, () => run(signal));
    },
    {
      plan: schedule.plan,
      maxParallel: resolved.maxParallel,
      capacity: schedule.planned.capacity,
      // To start nothing new is left to the stages: some of them want to run after a failure.
      onFailure: resolved.onFailure === "always" ? "always" : "dependencies-successful",
      graceMs: 2 * GRACE_MS,
      signal: options.signal,
      timeoutMs: ({ id }) => (early.has(id) ? undefined : stepOf(id)?.timeoutMs),
      retries({ id }): number {
        const step = stepOf(id);
        return hasStopped || step === undefined ? 0 : retriesAfter(step, fates.lastAttempt(step.id)?.verdict);
      },
      retryDelayMs: ({ id }, attempt) => retryDelayMs(stepOf(id) ?? NEVER_AGAIN, attempt),
      now: context.elapsedMs,
      onEvent: (event) => {
        if (event.type !== "settled") return;
        const stageId = gateOf(event.id);
        if (stageId !== undefined) {
          early.gateEnded(stageId, stages.stageEnded(stageId));
          return;
        }
        const step = stepOf(event.id);
        if (step !== undefined && (confirmedBy(event.id) !== undefined || !early.has(step.id))) {
          finish(step, event.outcome);
        }
      },
      onListenerError: (error) => mistakes.push(error),
    },
  );
  const callOff = endMarkedProcessesAtExit(markOf(context.paths.logs), {
    exempt: workflow.keepRunning,
    known: meter.processes,
  });
  schedule.forecast?.begin((id, durationMs) => execution.update(id, { durationMs }));
  stages.begin();
  try {
    const result = await execution.result;
    if (mistakes.length > 0) throw mistakes[0];
    recordWaits(steps, result, schedule.limits, originMs);
    return {
      ai: ai.record(),
      resources: meter.total(),
      speculation: recordSpeculation(early.cost()),
      timeLimitReached: stages.timeLimitReached,
    };
  } finally {
    stages.close();
    await shells.close();
    callOff();
    meter.close();
    await schedule.forecast?.end();
    ai.close();
    await modules.close();
  }
}

function recordSpeculation(cost: SpeculationCost | undefined): SpeculationRecord | undefined {
  if (cost === undefined) return undefined;
  const { started, used, wasted, gainedMs, wastedMs } = cost;
  return { started, used, wasted, gainedMs, wastedMs };
}

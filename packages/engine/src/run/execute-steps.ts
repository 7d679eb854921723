import path from "node:path";
import { execute, type TaskOutcome, type Wait } from "@ai-workflow/scheduler";
import type { StepRecord, WaitRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import { GRACE_MS } from "../runners/end-process-group.ts";
import { createModuleRunner } from "../runners/run-module-step.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import { recordEnded } from "./build-record.ts";
import { gateOf } from "./build-tasks.ts";
import type { ResultKeeper } from "./keep-results.ts";
import type { Preparation } from "./prepare.ts";
import { runStep, type StepHost } from "./run-step.ts";
import type { RunContext } from "./run-context.ts";
import type { StepSchedule } from "./schedule-steps.ts";
import { gateOfStage } from "./stages.ts";

/** Thrown into the scheduler, for which a task that is no pass has failed. */
class StepFailure extends Error {
  readonly verdict: StepVerdict;
  constructor(verdict: StepVerdict) {
    super(verdict.message ?? verdict.outcome);
    this.verdict = verdict;
  }
}

/** Thrown into the scheduler by a gate that stays closed. */
class GateClosed extends Error {}

/** Where compiled code finds the worker of module steps when it is not bundled. */
const MODULE_WORKER = new URL("../runners/module-worker.js", import.meta.url);

/**
 * Runs the scheduled steps and puts the record of each into `steps` as it ends; gates look at those records. Results of passed
 * steps go to `keeper`.
 */
export async function executeSteps(
  context: RunContext,
  preparation: Preparation,
  schedule: StepSchedule,
  steps: Map<string, StepRecord>,
  keeper: ResultKeeper,
): Promise<void> {
  const { options, resolved, spans, emit } = context;
  const { workflow, directory } = options.loaded;
  const decisions = new Map(preparation.decisions.map((decision) => [decision.stepId, decision]));
  const stages = new Map(resolved.stages.map((stage) => [stage.id, stage]));
  const modules = createModuleRunner(resolved.maxParallel, options.moduleWorker ?? MODULE_WORKER);
  const host: StepHost = {
    target: directory,
    environment: context.environment,
    modules,
    files: preparation.files,
    relevances: preparation.relevances,
  };
  const planned = new Map(schedule.planned.planned.map((task) => [task.id, task.finishMs - task.startMs]));
  const started = new Set<string>();

  const passGate = (stageId: string): void => {
    const stage = stages.get(stageId);
    if (stage === undefined) return;
    const gate = gateOfStage(stage, steps);
    const open = gate.state === "open";
    emit({ type: "gate", atMs: context.elapsedMs(), stageId, open, reason: gate.explanation });
    if (open) return;
    throw new GateClosed(gate.explanation);
  };

  const runTask = async (step: Step, signal: AbortSignal, attempt: number): Promise<StepVerdict> => {
    started.add(step.id);
    emit({ type: "step-started", atMs: context.elapsedMs(), stepId: step.id, attempt });
    const logFile = path.join(context.state.path, context.paths.stepLog(step.id));
    const span = spans.start("attempt", { step: step.id, attributes: { attempt } });
    try {
      const verdict = await runStep(step, host, logFile, signal);
      if (verdict.outcome !== "passed") throw new StepFailure(verdict);
      return verdict;
    } finally {
      span.end();
    }
  };

  const originMs = context.elapsedMs();
  const sinceRunStart = (ms: number): number => originMs + ms;

  /** With `fail_fast` nothing more of a stage starts once its gate is closed. */
  const stopStage = (failed: Step): void => {
    const stage = failed.stage === undefined ? undefined : stages.get(failed.stage);
    if (stage?.failFast !== true) return;
    for (const id of stage.steps) {
      if (started.has(id) || steps.has(id)) continue;
      started.add(id);
      execution.cancel(id);
    }
  };

  const finish = (step: Step, outcome: TaskOutcome<StepVerdict | undefined>): void => {
    const decision = decisions.get(step.id);
    if (decision === undefined) return;
    const prints = preparation.prints.get(step.id);
    const record = recordEnded(step, decision, prints, {
      verdict: verdictOf(step, outcome, (id) => workflow.steps.get(id)?.stage),
      startedMs: outcome.startedMs === undefined ? undefined : sinceRunStart(outcome.startedMs),
      finishedMs: outcome.startedMs === undefined ? undefined : sinceRunStart(outcome.finishedMs),
      attempts: outcome.attempts,
      predictedMs: schedule.unknownDurations.includes(step.id) ? undefined : planned.get(step.id),
      log: outcome.startedMs !== undefined ? context.paths.stepLog(step.id) : undefined,
      // The scheduler tells them at the end.
      waits: [],
    });
    steps.set(step.id, record);
    emit({ type: "step-finished", atMs: context.elapsedMs(), step: record });
    if (record.outcome !== "passed") stopStage(step);
    if (record.outcome !== "passed" || prints === undefined || !step.cache || !resolved.keepResults) return;
    keeper.passed({
      step,
      logFile: path.join(context.state.path, context.paths.stepLog(step.id)),
      success: {
        stepId: step.id,
        fingerprint: prints.fingerprint,
        relevantFingerprint: prints.relevantFingerprint(),
        runId: context.runId,
        at: new Date(context.wallNow()).toISOString(),
        durationMs: record.durationMs,
        findings: record.findings,
      },
    });
  };

  const execution = execute(
    schedule.graph,
    async (task, { signal, attempt }): Promise<StepVerdict | undefined> => {
      const gate = gateOf(task.id);
      if (gate !== undefined) {
        passGate(gate);
        return undefined;
      }
      const step = workflow.steps.get(task.id);
      return step === undefined ? undefined : runTask(step, signal, attempt);
    },
    {
      plan: schedule.plan,
      maxParallel: resolved.maxParallel,
      capacity: schedule.planned.capacity,
      onFailure: resolved.onFailure,
      graceMs: 2 * GRACE_MS,
      signal: options.signal,
      timeoutMs: (task) => workflow.steps.get(task.id)?.timeoutMs,
      retries: (task) => workflow.steps.get(task.id)?.retries,
      now: context.elapsedMs,
      onEvent: (event) => {
        if (event.type !== "settled") return;
        const step = workflow.steps.get(event.id);
        if (step !== undefined) finish(step, event.outcome);
      },
    },
  );
  try {
    const { waits } = await execution.result;
    for (const [id, list] of waits) {
      const record = steps.get(id);
      if (record !== undefined)
        steps.set(id, { ...record, waits: list.map((wait) => recordWait(wait, sinceRunStart)) });
    }
  } finally {
    await modules.close();
  }
}

function recordWait(wait: Wait, sinceRunStart: (ms: number) => number): WaitRecord {
  const gate = gateOf(wait.on);
  return {
    // Batches are not used here; waiting for a level would be waiting for its last step.
    cause: wait.cause === "batch" ? "need" : wait.cause,
    on: gate === undefined ? wait.on : `gate of stage ${gate}`,
    fromMs: sinceRunStart(wait.fromMs),
    toMs: sinceRunStart(wait.toMs),
  };
}

function verdictOf(
  step: Step,
  outcome: TaskOutcome<StepVerdict | undefined>,
  stageOf: (stepId: string) => string | undefined,
): Omit<StepVerdict, "outcome"> & { readonly outcome: StepRecord["outcome"] } {
  switch (outcome.status) {
    case "succeeded":
      return outcome.value ?? { outcome: "passed", findings: [] };
    case "failed": {
      if (outcome.error instanceof StepFailure) return outcome.error.verdict;
      const message = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
      return { outcome: "failed", message: `could not be run: ${message}`, findings: [] };
    }
    case "timed-out":
      return { outcome: "timed-out", message: `took longer than ${step.timeoutMs / 1_000} s`, findings: [] };
    case "cancelled":
      return { outcome: "cancelled", message: whyCancelled(step, outcome, stageOf), findings: [] };
  }
}

function whyCancelled(
  step: Step,
  outcome: Extract<TaskOutcome<unknown>, { status: "cancelled" }>,
  stageOf: (stepId: string) => string | undefined,
): string {
  if (outcome.startedMs !== undefined) return "ended because the run was cancelled";
  if (outcome.because === "aborted") return "not started: the run was cancelled";
  if (outcome.because === "requested") return "not started: its stage stops at the first failure";
  const { dependency } = outcome;
  if (dependency === undefined) return "not started: an earlier step did not pass";
  const stage = gateOf(dependency) ?? stageOf(dependency);
  const isOther = stage !== undefined && stage !== step.stage && !step.needs.includes(dependency);
  return `not started: ${isOther ? `stage ${stage}` : dependency} did not pass`;
}

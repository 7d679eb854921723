import path from "node:path";
import { execute, type TaskOutcome, type Wait } from "@ai-workflow/scheduler";
import { SPANS_VARIABLE, type RunRecord, type StepRecord, type WaitRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import { GRACE_MS } from "../runners/end-process-group.ts";
import { endMarkedProcesses, endMarkedProcessesAtExit, markOf } from "../runners/marked-processes.ts";
import { createAiRunner } from "../runners/run-ai-step.ts";
import { createIncrementalRunner } from "../runners/run-incremental-step.ts";
import { createModuleRunner } from "../runners/run-module-step.ts";
import type { RunJournal } from "../journal/run-journal.ts";
import type { RunForecast } from "../prediction/forecast-run.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import { isKept } from "../selection/is-kept.ts";
import type { Decision } from "../selection/reasons.ts";
import { recordDecided, recordEnded } from "./build-record.ts";
import { gateOf } from "./build-tasks.ts";
import { isFlaky, type EndedStep } from "./judge-flaky.ts";
import type { ResultKeeper } from "./keep-results.ts";
import type { MeasuredAttempt, StepMeter } from "./measure-steps.ts";
import { namePaths, type TreeWatch } from "../tree/watch-tree.ts";
import type { Preparation } from "./prepare.ts";
import { retriesAfter, retryDelayMs } from "./retry-policy.ts";
import { refineWaits } from "./refine-waits.ts";
import { runStep, type StepHost } from "./run-step.ts";
import type { RunContext } from "./run-context.ts";
import type { StepSchedule } from "./schedule-steps.ts";
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
): Promise<Pick<RunRecord, "ai" | "resources"> & { readonly timeLimitReached: ReadonlySet<string> }> {
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
  const mistakes: unknown[] = [];
  const originMs = context.elapsedMs();
  const sinceRunStart = (ms: number): number => originMs + ms;

  const fates = createStepFates({
    hasEnded: (id) => steps.has(id),
    cancel: (id) => execution.cancel(id),
    withdraw: (id) => execution.withdraw(id),
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
    return found;
  };
  let hasStopped = false;
  const stopAfter = (failed: Step): void => {
    if (resolved.onFailure !== "never" || hasStopped) return;
    hasStopped = true;
    const why = `the run stopped when ${failed.id} failed (--continue goes on)`;
    const waiting = [...workflow.steps.values()].filter(({ id }) => decisions.get(id)?.action === "run");
    for (const id of stepsToStop(failed, waiting, resolved.stages, dependentsOf(failed.id))) fates.cancel(id, why);
  };

  const runTask = async (step: Step, signal: AbortSignal, attempt: number): Promise<StepVerdict> => {
    const last = fates.begin(step.id, context.elapsedMs());
    stages.stepStarted(step.stage);
    journal.append({ started: step.id, attempt, atMs: last.startedMs });
    emit({ type: "step-started", atMs: last.startedMs, stepId: step.id, attempt });
    const logFile = path.join(context.state.path, context.paths.stepLog(step.id));
    const span = context.spans.start("attempt", { step: step.id, attributes: { attempt } });
    const measured = meter.begin(step, attempt, span, logFile);
    try {
      const given = await runStep(step, host, { logFile, signal, span, meter: measured });
      const verdict = strict === undefined ? given : await judgeEdits(step, given, strict);
      last.verdict = verdict;
      if (verdict.outcome !== "passed") throw new StepFailure(verdict);
      return verdict;
    } finally {
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
    const finishedMs = sinceRunStart(outcome.finishedMs);
    const predicted = schedule.forecast?.predictions.get(step.id);
    const isPlanned = !schedule.unknownDurations.includes(step.id);
    const verdict = fates.verdictOf(step, outcome);
    const fingerprint = prints === undefined || prints.namesNothing ? undefined : prints.fingerprint;
    const ended: EndedStep = { step, outcome: verdict.outcome, attempts: outcome.attempts, fingerprint };
    const record = recordEnded(step, decision, prints, {
      verdict,
      flaky: isFlaky(ended, failures, context.store) ? true : undefined,
      startedMs: outcome.startedMs === undefined ? undefined : sinceRunStart(outcome.startedMs),
      finishedMs: outcome.startedMs === undefined ? undefined : finishedMs,
      durationMs: last === undefined ? 0 : (last.finishedMs ?? finishedMs) - last.startedMs,
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

  const close = (record: StepRecord): void => {
    steps.set(record.id, record);
    const atMs = context.elapsedMs();
    journal.append({ ended: record, atMs });
    emit({ type: "step-finished", atMs, step: record });
  };

  const execution = execute(
    schedule.graph,
    async (task, { signal, attempt }): Promise<StepVerdict | undefined> => {
      const step = workflow.steps.get(task.id);
      // A gate's task has nothing to do: what happens at a gate happens when its task ends.
      return step === undefined ? undefined : runTask(step, signal, attempt);
    },
    {
      plan: schedule.plan,
      maxParallel: resolved.maxParallel,
      capacity: schedule.planned.capacity,
      // To start nothing new is left to the stages: some of them want to run after a failure.
      onFailure: resolved.onFailure === "always" ? "always" : "dependencies-successful",
      graceMs: 2 * GRACE_MS,
      signal: options.signal,
      timeoutMs: (task) => workflow.steps.get(task.id)?.timeoutMs,
      retries: ({ id }) =>
        hasStopped ? 0 : retriesAfter(workflow.steps.get(id) ?? NEVER_AGAIN, fates.lastAttempt(id)?.verdict),
      retryDelayMs: ({ id }, attempt) => retryDelayMs(workflow.steps.get(id) ?? NEVER_AGAIN, attempt),
      now: context.elapsedMs,
      onEvent: (event) => {
        if (event.type !== "settled") return;
        const stageId = gateOf(event.id);
        const step = workflow.steps.get(event.id);
        if (stageId !== undefined) stages.stageEnded(stageId);
        else if (step !== undefined) finish(step, event.outcome);
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
    const { outcomes, waits } = await execution.result;
    if (mistakes.length > 0) throw mistakes[0];
    for (const [id, list] of waits) {
      const record = steps.get(id);
      if (record !== undefined)
        steps.set(id, {
          ...record,
          waits: untilStart(list, outcomes.get(id)).map((wait) => recordWait(wait, sinceRunStart)),
        });
    }
    for (const [id, refined] of refineWaits([...steps.values()], schedule.limits)) {
      const record = steps.get(id);
      if (record !== undefined && record.waits.length > 0) steps.set(id, { ...record, waits: refined });
    }
    return { ai: ai.record(), resources: meter.total(), timeLimitReached: stages.timeLimitReached };
  } finally {
    stages.close();
    callOff();
    meter.close();
    await schedule.forecast?.end();
    ai.close();
    await modules.close();
  }
}

/** A step that passed and edited what it does not say has failed. */
async function judgeEdits(step: Step, verdict: StepVerdict, strict: TreeWatch): Promise<StepVerdict> {
  const edited = await strict.undeclared([step]);
  if (verdict.outcome !== "passed" || edited === undefined || edited.length === 0) return verdict;
  const message = `edited ${namePaths(edited)} without saying so in \`writes\` or \`outputs\` (--strict)`;
  return { ...verdict, outcome: "failed", message };
}

/** Whether every need of a step is proved, now or on record, and theirs in turn; a success beside one that is not proves little. */
function isBuiltOnProof(
  step: Step,
  steps: ReadonlyMap<string, Step>,
  records: ReadonlyMap<string, StepRecord>,
): boolean {
  const open = [...step.needs];
  const seen = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const record = records.get(id);
    const reason = record?.decision.reason;
    if (record?.outcome === "replayed" || reason === "no-relevant-change" || reason === "base-assumed-green") continue;
    // What this project does not have proves nothing, and what it needs still comes before.
    if (record?.outcome !== "passed" && reason !== "project-kind") return false;
    open.push(...(steps.get(id)?.needs ?? []));
  }
  return true;
}

/** Why a step did not start earlier; what it waited for between attempts is no part of that. */
function untilStart(waits: readonly Wait[], outcome: TaskOutcome<unknown> | undefined): readonly Wait[] {
  const startedMs = outcome?.startedMs ?? 0;
  return waits.filter((wait) => wait.toMs <= startedMs);
}

function recordWait(wait: Wait, sinceRunStart: (ms: number) => number): WaitRecord {
  const gate = gateOf(wait.on);
  return {
    cause: recordedCause(wait.cause),
    on: gate === undefined ? wait.on : `gate of stage ${gate}`,
    fromMs: sinceRunStart(wait.fromMs),
    toMs: sinceRunStart(wait.toMs),
  };
}

function recordedCause(cause: Wait["cause"]): WaitRecord["cause"] {
  // Batches are not used here; waiting for a level would be waiting for its last step.
  if (cause === "batch") return "need";
  // Only waits before the first start are kept, and no retry comes before it.
  return cause === "retry" ? "slot" : cause;
}

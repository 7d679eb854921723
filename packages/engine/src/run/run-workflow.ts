import { rmSync } from "node:fs";
import path from "node:path";
import type { WorktreeInspection } from "@ai-workflow/change-detection";
import type { NoticeRecord, RunRecord, StepRecord } from "@ai-workflow/profiler";
import type { AlertReport } from "../alerts/alert-report.ts";
import type { Workflow } from "../config/workflow.ts";
import { writeCachedWorkflow } from "../config/workflow-cache.ts";
import { openFailedFingerprints } from "../results/failed-fingerprints.ts";
import { createFileSetCache, type FileSetCache } from "../results/file-set-cache.ts";
import type { RecoveredRun } from "../journal/recover-run.ts";
import { describeOwner, type LockOwner } from "../lock/lock-owner.ts";
import { waitForLock, type HeldLock } from "../lock/wait-for-lock.ts";
import type { EarlierRun } from "../results/find-successes.ts";
import { passedSteps } from "../results/passed-steps.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { Decision } from "../selection/reasons.ts";
import { hasUnitSteps } from "../units/has-unit-steps.ts";
import { wantsTelemetry } from "../telemetry/wants-telemetry.ts";
import { buildRecord, recordDecided } from "./build-record.ts";
import { openStateGitCache } from "./list-files.ts";
import { prepare, storedSuccess, type Preparation } from "./prepare.ts";
import { restoreReplayed } from "./restore-replayed.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { RunContext } from "./run-context.ts";
import type { RunOptions } from "./run-options.ts";
import { limitTime } from "./limit-time.ts";
import { noticesOfChanges } from "./change-notices.ts";
import { openRun } from "./open-run.ts";
import { recordStages } from "./record-stages.ts";
import { createRunFolders, openTemporaryState, stepLogPath } from "./state-directory.ts";
import { writeRun } from "./write-run.ts";

/** How a run ended. A failing step is an outcome in the record, never an exception. */
export interface RunResult {
  readonly record: RunRecord;
  /** Absolute path of the written record; `undefined` where it could not be written. */
  readonly recordFile: string | undefined;
  /** Absent without `alerts` in the configuration, where no step ran, and where the run was cancelled. */
  readonly alerts: AlertReport | undefined;
}

/**
 * Runs a workflow: decides for every step whether it runs, is replayed or skipped, runs what is to run along the critical path, and
 * leaves one run record.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – `steps` names one that is not configured
 * @throws {EngineError} ENGINE_STATE_NEWER, ENGINE_STATE_BLOCKED – the state folder cannot be used
 * @throws {EngineError} ENGINE_LOCKED – another run of the same target goes on, and `wait` is false or the run was cancelled before its turn
 */
export async function runWorkflow(options: RunOptions): Promise<RunResult> {
  const notices: NoticeRecord[] = [];
  const context = openRun(options, notices);
  if (!context.state.durable) return runLocked(options, context, notices);
  const lock = await getLock(options, context);
  if (lock instanceof Error) {
    // Where not even a lock can be written, nothing else can.
    const state = openTemporaryState(context.state.path, lock);
    return runLocked(options, openRun(options, notices, state), notices);
  }
  try {
    const killed = lock.killed === undefined ? undefined : await takeOver(lock.killed, context);
    return await runLocked(options, context, notices, killed);
  } finally {
    lock.release();
  }
}

/** The lock of the state folder, or why the file system refuses it. */
async function getLock(
  { wait = true, signal }: RunOptions,
  { runId, startedAtMs, state, environment, emit, elapsedMs }: RunContext,
): Promise<HeldLock | Error> {
  try {
    return await waitForLock(state.path, describeOwner(runId, startedAtMs), {
      wait,
      signal,
      environment,
      onWait: (holder) => emit({ type: "waiting", atMs: elapsedMs(), owner: holder }),
    });
  } catch (error) {
    if (error instanceof Error && "errno" in error) return error;
    throw error;
  }
}

async function runLocked(
  given: RunOptions,
  opened: RunContext,
  notices: NoticeRecord[],
  killed?: RecoveredRun["passed"],
): Promise<RunResult> {
  const { context, inspection } = await expandRun(opened);
  const { options, resolved, machine, emit } = context;
  const { workflow } = options.loaded;
  const fileSets = createFileSetCache(context.state.path);
  const restored = restoreReplayed(await prepareRun(context, fileSets, killed, inspection), context);
  const limited = await limitTime(restored.preparation, options, { state: context.state.path, resolved, machine });
  const preparation = limited.decisions.some(({ action }) => action === "run")
    ? (await import("../explain/name-differences.ts")).nameDifferences(limited, context.state.path)
    : limited;
  for (const notice of noticesOfChanges(preparation)) context.notice(notice);
  for (const id of workflow.switchedOff) {
    context.notice({
      code: "required-step-off",
      message: `${id}, which projects of this kind require, is switched off`,
    });
  }
  makeRunFolders(context);
  emit({
    type: "decided",
    atMs: context.elapsedMs(),
    runId: context.runId,
    stateDirectory: context.state.path,
    decisions: preparation.decisions,
    maxParallel: resolved.maxParallel,
  });
  for (const notice of notices) emit({ type: "notice", atMs: context.elapsedMs(), notice });

  const steps = new Map<string, StepRecord>();
  for (const decision of preparation.decisions) {
    const step = workflow.steps.get(decision.stepId);
    if (step === undefined || decision.action === "run") continue;
    const stored = storedSuccess(decision, preparation);
    const log = stored === undefined ? undefined : logOf(stored, decision, context);
    const record = recordDecided(step, decision, preparation.prints.get(step.id), stored, log);
    steps.set(step.id, record);
    emit({ type: "step-finished", atMs: context.elapsedMs(), step: record });
  }

  const anythingRuns = steps.size < workflow.steps.size;
  const ran = anythingRuns
    ? await (await import("./run-steps.ts")).runSteps(context, preparation, steps, restored.wroteFiles)
    : undefined;
  if (context.state.durable) {
    fileSets.save();
    const { cacheKey } = given.loaded;
    if (cacheKey !== undefined) writeCachedWorkflow(context.state.path, cacheKey, given.loaded.workflow);
  }

  const record = buildRecord({
    runId: context.runId,
    workflowId: workflow.name,
    toolVersion: options.toolVersion,
    startedAtMs: context.startedAtMs,
    durationMs: context.elapsedMs(),
    cancelled: options.signal?.aborted ?? false,
    optimizations: resolved.optimizations,
    environment: machine,
    changeSet: preparation.changeSet,
    steps: inOrder(workflow, steps),
    stages: recordStages(resolved.stages, steps, workflow.steps, ran?.timeLimitReached),
    schedule: ran?.schedule,
    ai: ran?.ai,
    resources: ran?.resources,
    speculation: ran?.speculation,
    spans: context.spans.spans(),
    notices,
  });
  const recordFile = writeRun(record, context, ran?.samples);
  ran?.closeJournal();
  if (wantsTelemetry(context.environment))
    await (await import("../telemetry/send-telemetry.ts")).sendTelemetry(record, context);
  const alerts =
    workflow.alerts === undefined || ran === undefined || options.raiseAlerts === false
      ? undefined
      : await (await import("../alerts/raise-alerts.ts")).raiseAlerts(workflow.alerts, record, context);
  // A temporary folder is kept only for its logs of what went wrong.
  if (!context.state.durable && record.status === "passed")
    rmSync(context.state.path, { recursive: true, force: true });
  emit({ type: "finished", atMs: context.elapsedMs(), record });
  return { record, recordFile, alerts };
}

/** Puts steps of units in the place of those that are done for each unit; a run without any goes on as it is. */
async function expandRun(
  context: RunContext,
): Promise<{ readonly context: RunContext; readonly inspection?: WorktreeInspection }> {
  const { environment, state, machine, spans } = context;
  if (!hasUnitSteps(context.options.loaded.workflow)) return { context };
  const { expandUnits } = await import("../units/expand-units.ts");
  const { options, inspection, notices } = await spans.measure("units", () =>
    expandUnits(context.options, {
      environment,
      state: { path: state.path, mayKeep: true },
      gitCache: openStateGitCache(state.path),
    }),
  );
  for (const notice of notices) context.notice(notice);
  const resolved = resolveOptions(options, machine, environment);
  return { context: { ...context, options, resolved }, inspection };
}

/** Steps run without them, too; what cannot be kept is told when it is to be written. */
function makeRunFolders({ paths, state, notice }: RunContext): void {
  try {
    createRunFolders(paths);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    notice({
      code: "state-not-writable",
      message: `${state.path} cannot be written (${code}): this run leaves no record`,
    });
  }
}

/** Path of the log of a success, relative to the state folder. */
function logOf({ fingerprint, runId }: StoredSuccess, { stepId, reason }: Decision, context: RunContext): string {
  return reason === "resumed" ? stepLogPath(runId, stepId) : insideState(context.store.logPath(fingerprint), context);
}

/** `path.relative` for a path that the state folder is known to hold; for many steps that function takes longer than deciding. */
function insideState(file: string, { state }: RunContext): string {
  return file.slice(state.path.length + path.sep.length);
}

/** One record for every step, in the order of the configuration; a step without one is a mistake of this program, not a pass. */
function inOrder(workflow: Workflow, records: ReadonlyMap<string, StepRecord>): readonly StepRecord[] {
  return [...workflow.steps.keys()].map((id) => {
    const record = records.get(id);
    if (record === undefined) throw new Error(`Cannot record run: step "${id}" has no outcome`);
    return record;
  });
}

function prepareRun(
  context: RunContext,
  fileSets: FileSetCache,
  killed: RecoveredRun["passed"] | undefined,
  inspection: WorktreeInspection | undefined,
): Promise<Preparation> {
  const { options, resolved } = context;
  return prepare({
    workflow: options.loaded.workflow,
    directory: options.loaded.directory,
    request: resolved.request,
    base: options.base,
    inspection,
    environment: context.environment,
    runtime: context.machine,
    store: context.store,
    failures: openFailedFingerprints(context.state.path),
    outputs: context.outputs,
    nowMs: context.startedAtMs,
    earlier: earlierRun(options, killed),
    keepEarlier: (success) =>
      context.store.put(success, path.join(context.state.path, stepLogPath(success.runId, success.stepId))),
    describeModel: context.describeModel,
    fileSets: fileSets.forFiles,
    gitCache: openStateGitCache(context.state.path),
    spans: context.spans,
    signal: options.signal,
  });
}

/** The run that this one goes on with, if any; one that was killed comes after the one that it went on with itself. */
function earlierRun(
  { continues, resume }: RunOptions,
  killed: RecoveredRun["passed"] | undefined,
): EarlierRun | undefined {
  if (resume !== false && killed !== undefined) return { ended: "killed", passed: killed };
  if (continues === undefined) return undefined;
  const { runId, startedAt, steps } = continues;
  return { ended: "waiting", passed: passedSteps(runId, Date.parse(startedAt), steps) };
}

/** Loaded only after a run that was killed. */
async function takeOver(killed: LockOwner, context: RunContext): Promise<RecoveredRun["passed"] | undefined> {
  const { takeOverKilledRun } = await import("./recover-killed-run.ts");
  return takeOverKilledRun(killed, context);
}

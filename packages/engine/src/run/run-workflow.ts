import path from "node:path";
import type { WorktreeInspection } from "@ai-workflow/change-detection";
import type { NoticeRecord, StepRecord } from "@ai-workflow/profiler";
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
import { recordDecided } from "./build-record.ts";
import { endRun, type RunResult } from "./end-run.ts";
import { openStateGitCache } from "../tree/list-files.ts";
import { prepare, storedSuccess, type Preparation } from "../preparation/prepare.ts";
import { restoreReplayed } from "./restore-replayed.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { RunContext } from "./run-context.ts";
import type { RunOptions } from "./run-options.ts";
import { limitTime } from "./limit-time.ts";
import { noticesOfChanges } from "./change-notices.ts";
import { openRun } from "./open-run.ts";
import { createRunFolders, openTemporaryState, stepLogPath } from "../state/state-directory.ts";

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
  const fileSets = createFileSetCache(context.state.path);
  const { preparation, wroteFiles } = await decideRun(context, fileSets, killed, inspection);
  for (const notice of noticesOfChanges(preparation)) context.notice(notice);
  const { workflow } = context.options.loaded;
  for (const id of workflow.switchedOff) {
    context.notice({
      code: "required-step-off",
      message: `${id}, which projects of this kind require, is switched off`,
    });
  }
  makeRunFolders(context);
  context.emit({
    type: "decided",
    atMs: context.elapsedMs(),
    runId: context.runId,
    stateDirectory: context.state.path,
    decisions: preparation.decisions,
    maxParallel: context.resolved.maxParallel,
  });
  for (const notice of notices) context.emit({ type: "notice", atMs: context.elapsedMs(), notice });

  const records = recordThoseThatDoNotRun(context, preparation);
  const anythingRuns = records.size < workflow.steps.size;
  const ran = anythingRuns
    ? await (await import("./run-steps.ts")).runSteps(context, preparation, records, wroteFiles)
    : undefined;
  if (context.state.durable) {
    fileSets.save();
    const { cacheKey } = given.loaded;
    if (cacheKey !== undefined) writeCachedWorkflow(context.state.path, cacheKey, given.loaded.workflow);
  }
  return endRun(context, preparation, records, ran, notices);
}

/** Decides for every step, and restores what replayed steps left; loads only what that needs. */
async function decideRun(
  context: RunContext,
  fileSets: FileSetCache,
  killed: RecoveredRun["passed"] | undefined,
  inspection: WorktreeInspection | undefined,
): Promise<{ readonly preparation: Preparation; readonly wroteFiles: boolean }> {
  const { options, resolved, machine, state } = context;
  const restored = restoreReplayed(await prepareRun(context, fileSets, killed, inspection), context);
  const { wroteFiles } = restored;
  const limited = await limitTime(restored.preparation, options, {
    state: state.path,
    resolved,
    machine,
    notice: context.notice,
  });
  if (!limited.decisions.some(({ action }) => action === "run")) return { preparation: limited, wroteFiles };
  const { nameDifferences } = await import("../explain/name-differences.ts");
  return { preparation: nameDifferences(limited, state.path), wroteFiles };
}

/** Records, and tells of, the steps that are replayed or skipped. */
function recordThoseThatDoNotRun(context: RunContext, preparation: Preparation): Map<string, StepRecord> {
  const { steps } = context.options.loaded.workflow;
  const records = new Map<string, StepRecord>();
  for (const decision of preparation.decisions) {
    const step = steps.get(decision.stepId);
    if (step === undefined || decision.action === "run") continue;
    const stored = storedSuccess(decision, preparation);
    const log = stored === undefined ? undefined : logOf(stored, decision, context);
    const record = recordDecided(step, decision, preparation.prints.get(step.id), stored, log);
    records.set(step.id, record);
    context.emit({ type: "step-finished", atMs: context.elapsedMs(), step: record });
  }
  return records;
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

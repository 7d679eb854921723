import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { createSpanRecorder, type NoticeRecord, type RunRecord, type StepRecord } from "@ai-workflow/profiler";
import type { AlertReport } from "../alerts/alert-report.ts";
import type { Workflow } from "../config/workflow.ts";
import { describeModel } from "../ai/describe-model.ts";
import { shippedPrompts } from "../ai/shipped-prompts.ts";
import { writeCachedWorkflow } from "../config/workflow-cache.ts";
import { createOutputStore } from "../outputs/output-store.ts";
import { createFileSetCache, type FileSetCache } from "../results/file-set-cache.ts";
import type { RecoveredRun } from "../journal/recover-run.ts";
import { describeOwner } from "../lock/lock-owner.ts";
import { waitForLock } from "../lock/wait-for-lock.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { Decision } from "../selection/reasons.ts";
import { createResultStore } from "../results/result-store.ts";
import { wantsTelemetry } from "../telemetry/wants-telemetry.ts";
import { buildRecord, recordDecided } from "./build-record.ts";
import type { RunEvent } from "./events.ts";
import { readMachine } from "./machine.ts";
import { openStateGitCache } from "./list-files.ts";
import { prepare, storedSuccess, type Preparation } from "./prepare.ts";
import { restoreReplayed } from "./restore-replayed.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { RunContext } from "./run-context.ts";
import type { RunOptions } from "./run-options.ts";
import { limitTime } from "./limit-time.ts";
import { recordStages } from "./stages.ts";
import { createRunPaths, openStateDirectory, stepLogPath } from "./state-directory.ts";
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
  const owner = describeOwner(context.runId, context.startedAtMs);
  const lock = await waitForLock(context.state.path, owner, {
    wait: options.wait ?? true,
    signal: options.signal,
    environment: context.environment,
    onWait: (holder) => context.emit({ type: "waiting", atMs: context.elapsedMs(), owner: holder }),
  });
  try {
    const killed = lock.killed === undefined ? undefined : await takeOver(lock.killed.runId, context);
    return await runLocked(options, context, notices, killed);
  } finally {
    lock.release();
  }
}

/** Ends what a run that was killed left running, and writes its record. Gives what had passed in it. */
async function takeOver(runId: string, context: RunContext): Promise<RecoveredRun["passed"] | undefined> {
  const { state, notice } = context;
  const { endMarkedProcesses, markOf } = await import("../runners/marked-processes.ts");
  const ended = await endMarkedProcesses(markOf(path.join(state.path, "logs", runId)));
  const left = ended.length === 0 ? "" : `; ${ended.length} of its processes were still running and were ended`;
  notice({ code: "run-killed", message: `run ${runId} was killed before its end${left}` });
  const { recoverKilledRun } = await import("./recover-killed-run.ts");
  return recoverKilledRun(runId, context);
}

async function runLocked(
  options: RunOptions,
  context: RunContext,
  notices: NoticeRecord[],
  killed?: RecoveredRun["passed"],
): Promise<RunResult> {
  const { resolved, machine, emit } = context;
  const { workflow } = options.loaded;
  const fileSets = createFileSetCache(context.state.path);
  const prepared = restoreReplayed(await prepareRun(context, fileSets, killed), context);
  const preparation = await limitTime(prepared, options, { state: context.state.path, resolved, machine });
  const { changeSet } = preparation;
  if (!changeSet.known) {
    const message = `what changed is unknown: ${changeSet.message} (${changeSet.remedy})`;
    context.notice({ code: changeSet.code, message });
  }
  if (preparation.hiddenEdits.length > 0) {
    const [first = "", ...others] = preparation.hiddenEdits;
    const which = others.length === 0 ? first : `${first} and ${others.length} more`;
    const message = `git was told not to look at ${which} (assume-unchanged or skip-worktree), and the content differs: steps count with it, changes do not list it`;
    context.notice({ code: "hidden-edits", message });
  }
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
  const ran = anythingRuns ? await (await import("./run-steps.ts")).runSteps(context, preparation, steps) : undefined;
  if (context.state.durable) {
    fileSets.save();
    const { cacheKey } = options.loaded;
    if (cacheKey !== undefined) writeCachedWorkflow(context.state.path, cacheKey, workflow);
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
    stages: recordStages(resolved.stages, steps),
    schedule: ran?.schedule,
    ai: ran?.ai,
    resources: ran?.resources,
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

function openRun(options: RunOptions, notices: NoticeRecord[]): RunContext {
  const now = options.now ?? (() => performance.now());
  const wallNow = options.wallNow ?? (() => Date.now());
  const originMs = now();
  const elapsedMs = (): number => now() - originMs;
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  const resolved = resolveOptions(options, machine, environment);
  const state = openStateDirectory(options.loaded.directory);
  notices.push(...state.notices);
  let decided = false;
  let listening = options.onEvent;
  const emit = (event: RunEvent): void => {
    decided ||= event.type === "decided";
    try {
      listening?.(event);
    } catch (error) {
      // A listener's mistake is no step's failure; it is told once and not called again.
      listening = undefined;
      notices.push({ code: "listener-failed", message: `onEvent threw, and is not called again: ${String(error)}` });
    }
  };
  const notice = (text: NoticeRecord): void => {
    notices.push(text);
    // What is known before the decisions is told right after them.
    if (decided) emit({ type: "notice", atMs: elapsedMs(), notice: text });
  };
  const startedAtMs = wallNow();
  const runId = createRunId(startedAtMs);
  return {
    options,
    resolved,
    environment,
    machine,
    state,
    runId,
    startedAtMs,
    paths: createRunPaths(state.path, runId),
    spans: createSpanRecorder({ now, originMs }),
    outputs: createOutputStore(options.loaded.directory, state.path),
    store: createResultStore(path.join(state.path, "results"), {
      onCorrupt: (file) =>
        notice({ code: "result-corrupt", message: `${file} was damaged; it was set aside and its step runs again` }),
    }),
    describeModel: memoise(() =>
      describeModel({
        settings: options.loaded.workflow.ai,
        environment,
        target: options.loaded.directory,
        shippedPrompts: options.shippedPrompts ?? shippedPrompts(),
      }),
    ),
    elapsedMs,
    wallNow,
    emit,
    notice,
  };
}

function prepareRun(
  context: RunContext,
  fileSets: FileSetCache,
  killed: RecoveredRun["passed"] | undefined,
): Promise<Preparation> {
  const { options, resolved } = context;
  return prepare({
    workflow: options.loaded.workflow,
    directory: options.loaded.directory,
    request: resolved.request,
    base: options.base,
    environment: context.environment,
    runtime: context.machine,
    store: context.store,
    outputs: context.outputs,
    nowMs: context.startedAtMs,
    killed: options.resume === false ? undefined : killed,
    keepKilled: (success, log) => context.store.put(success, path.join(context.state.path, log)),
    describeModel: context.describeModel,
    fileSets: fileSets.forFiles,
    gitCache: openStateGitCache(context.state.path),
    spans: context.spans,
    signal: options.signal,
  });
}

function memoise<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

/** Begins with the time to the millisecond, so that names sort in the order of runs; the random end keeps those of one moment apart. */
function createRunId(wallMs: number): string {
  const time = new Date(wallMs).toISOString();
  return `${time.replace(/[-:]|\.\d+/g, "")}-${time.slice(20, 23)}${randomBytes(2).toString("hex")}`;
}

import { statSync } from "node:fs";
import path from "node:path";
import { trimHistory, writeFileAtomic } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { forgetCachedWorkflow } from "../config/workflow-cache.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import type { Retention } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";
import { describeOwner, isAlive, type LockOwner } from "../lock/lock-owner.ts";
import { readLock } from "../lock/read-lock.ts";
import { LOCK_FILE } from "../lock/target-lock.ts";
import { waitForLock, type HeldLock } from "../lock/wait-for-lock.ts";
import { cleanResults, type SweptResults } from "../results/sweep-results.ts";
import { createRunId } from "../state/run-id.ts";
import { HISTORY_FILE, prepareStateFolder, refuseNewerState, RESULTS_FOLDER } from "../state/state-directory.ts";
import { isDiskFull } from "../runners/step-log.ts";
import { cleanRuns, type CleanedRuns } from "./clean-runs.ts";

/** Options of {@link cleanState}. */
export interface CleanStateOptions {
  readonly loaded: Pick<LoadedWorkflow, "directory" | "workflow">;
  /**
   * What is cleaned: all that `retention` limits; of that only stored successes; or every stored success, whatever the limits, and nothing
   * else.
   * @defaultValue "all"
   */
  readonly scope?: "all" | "results" | "every-result" | undefined;
  /** Remove nothing, and say what would go. @defaultValue false */
  readonly dryRun?: boolean | undefined;
  /** Wait for a run of the same target that goes on, rather than refuse. @defaultValue true */
  readonly wait?: boolean | undefined;
  /** Told once whom it waits for. */
  readonly onWait?: ((owner: LockOwner | undefined) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue `process.env` */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Wall clock in milliseconds since 1970. @defaultValue `Date.now` */
  readonly wallNow?: (() => number) | undefined;
}

/** What went, or would go. */
export interface CleanReport {
  readonly dryRun: boolean;
  readonly runs: CleanedRuns;
  readonly results: SweptResults;
  /** Lines of the history that went; 0 in a dry run, which does not count them. */
  readonly removedHistoryLines: number;
  /** On disk, of all together. */
  readonly freedBytes: number;
}

const NO_RUNS: CleanedRuns = { removedRuns: [], removedLogs: [], keptCount: 0, freedBytes: 0, keptLogBytes: 0 };
const NO_RESULTS: SweptResults = {
  removedCount: 0,
  keptCount: 0,
  removedBlobCount: 0,
  freedBytes: 0,
  keptBytes: 0,
};

/**
 * Applies the limits of `retention` at once. It is done while no run goes on, like a run itself; a run that was killed can still be gone on
 * with afterwards.
 *
 * @throws {EngineError} ENGINE_LOCKED – a run of the same target goes on, and `wait` is false or it was cancelled before its turn
 * @throws {EngineError} ENGINE_STATE_NEWER, ENGINE_STATE_BLOCKED – the state folder cannot be used, or not all of it could be cleaned; what could be
 * is clean then
 */
export async function cleanState(options: CleanStateOptions): Promise<CleanReport> {
  const { loaded, dryRun = false, scope = "all", wallNow = Date.now } = options;
  const { retention } = loaded.workflow;
  const limits = scope === "every-result" ? { ...retention, results: 0 } : retention;
  const folder = path.join(loaded.directory, STATE_FOLDER_NAME);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
    return { dryRun, runs: NO_RUNS, results: NO_RESULTS, removedHistoryLines: 0, freedBytes: 0 };
  }
  const lockFile = path.join(folder, LOCK_FILE);
  if (dryRun) {
    refuseNewerState(folder);
    return clean(folder, limits, { nowMs: wallNow(), killed: readLock(lockFile)?.owner, dryRun, scope });
  }
  const lock = await withRoom(folder, () => {
    prepareStateFolder(loaded.directory, []);
    // Where this one is killed as well, the next run finds the run that it can go on with.
    const before = readLock(lockFile)?.owner;
    const runId = before === undefined || isAlive(before) ? createRunId(wallNow()) : before.runId;
    return waitForLock(folder, describeOwner(runId, wallNow()), {
      wait: options.wait ?? true,
      signal: options.signal,
      onWait: options.onWait,
      environment: options.environment ?? process.env,
    });
  });
  const { killed } = lock;
  try {
    return clean(folder, limits, { nowMs: wallNow(), killed, dryRun, scope });
  } finally {
    // The next run goes on where the killed one was, and ends what that left running.
    if (killed === undefined) lock.release();
    else writeFileAtomic(lockFile, JSON.stringify(killed));
  }
}

/** A disk that is full is a reason to clean, and the lock needs some room on it: that of a cache does, which costs the next run little. */
async function withRoom(folder: string, take: () => Promise<HeldLock>): Promise<HeldLock> {
  try {
    try {
      return await take();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    forgetCachedWorkflow(folder);
    return await take();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof EngineError || code === undefined) throw error;
    throw new EngineError("ENGINE_STATE_BLOCKED", `${folder} cannot be written (${code})`, {
      hint: isDiskFull(error) ? "Make a little room on the disk first" : "Give yourself the right to write there",
      cause: error,
    });
  }
}

function clean(
  state: string,
  limits: Retention,
  {
    nowMs,
    killed,
    dryRun,
    scope,
  }: {
    readonly nowMs: number;
    readonly killed: LockOwner | undefined;
    readonly dryRun: boolean;
    readonly scope: NonNullable<CleanStateOptions["scope"]>;
  },
): CleanReport {
  const held = killed === undefined ? [] : [killed.runId];
  const failures: NodeJS.ErrnoException[] = [];
  /** What fails in one place keeps no other from being cleaned. */
  const attempt = <T>(work: () => T, nothing: T): T => {
    try {
      return work();
    } catch (error) {
      if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
      failures.push(error as NodeJS.ErrnoException);
      return nothing;
    }
  };
  const isAll = scope === "all";
  const runs = isAll ? attempt(() => cleanRuns(state, { limits, nowMs, held, dryRun }), NO_RUNS) : NO_RUNS;
  const results = attempt(() => resultsOf(path.join(state, RESULTS_FOLDER), limits, { nowMs, dryRun }), NO_RESULTS);
  const history = path.join(state, HISTORY_FILE);
  const removedHistoryLines =
    dryRun || !isAll ? 0 : attempt(() => trimHistory(history, { keep: limits.historyRuns }), 0);
  if (failures.length > 0) {
    const why = failures.map(({ message }) => message).join("; ");
    throw new EngineError("ENGINE_STATE_BLOCKED", `not all of ${state} could be cleaned: ${why}`, {
      hint: "Move away what stands in the place of a file or folder of runs, or give yourself the right to write there",
      cause: failures[0],
    });
  }
  return { dryRun, runs, results, removedHistoryLines, freedBytes: runs.freedBytes + results.freedBytes };
}

function resultsOf(
  folder: string,
  { results: maxCount, maxResultBytes: maxBytes, maxAgeMs }: Retention,
  options: { readonly nowMs: number; readonly dryRun: boolean },
): SweptResults {
  try {
    return cleanResults(folder, { ...options, limits: { maxCount, maxBytes, maxAgeMs } });
  } catch (error) {
    // Without a single success there is no store yet.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NO_RESULTS;
    throw error;
  }
}

import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunRecord } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { isRecovered, recoverRun } from "../journal/recover-run.ts";
import { journalFile } from "../journal/run-journal.ts";
import { readRunRecord } from "../records/read-run-record.ts";
import type { RunEvent } from "../run/events.ts";
import { createJournalEvents } from "./journal-events.ts";
import { followLines } from "./journal-tail.ts";
import { runInProgress, type RunInProgress } from "./run-in-progress.ts";

/** How often it is looked what has happened, in milliseconds. */
const TICK_MS = 100;

/** Options of {@link followRun}. */
export interface FollowRunOptions {
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** Told once, before anything else, which run is followed. */
  readonly onFound?: ((run: RunInProgress) => void | Promise<void>) | undefined;
  /** Told once, when all that had happened before has been told. */
  readonly onCaughtUp?: (() => void) | undefined;
  /**
   * Told what happens, as the run itself tells it, except for notices: first what has happened so far, then what happens. `atMs` is milliseconds after the
   * run's start.
   */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Ends the following; the run goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** How the following of a run ended. */
export type FollowedRun =
  /** No run of the target goes on. */
  | { readonly state: "none" }
  | { readonly state: "finished"; readonly record: RunRecord }
  /** Its process is gone before its end. The record is what its journal says, absent where no step had started. */
  | { readonly state: "killed"; readonly run: RunInProgress; readonly record: RunRecord | undefined }
  /** It ended without leaving a record, as on a full disk. */
  | { readonly state: "unrecorded"; readonly run: RunInProgress }
  /** The signal came first. */
  | { readonly state: "left"; readonly run: RunInProgress };

/**
 * Follows the run of a target that goes on in another process, by what it writes down, until it has given its lock back or is gone. Changes
 * nothing. Of a process on another machine it cannot be told that it is gone.
 *
 * @throws {EngineError} ENGINE_RUN_UNREADABLE – the record that the run left cannot be used
 */
export async function followRun({
  directory,
  onFound,
  onCaughtUp,
  onEvent,
  signal,
}: FollowRunOptions): Promise<FollowedRun> {
  const run = runInProgress(directory);
  if (run === undefined) return { state: "none" };
  await onFound?.(run);
  const { runId } = run;
  const state = path.join(directory, STATE_FOLDER_NAME);
  const file = journalFile(path.join(state, "runs"), runId);
  const tail = followLines(file);
  const events = createJournalEvents(runId, state);
  const read = (): void => {
    for (const event of withoutOldEstimates(tail.next().flatMap((line) => events.read(line)))) onEvent?.(event);
  };
  try {
    for (let isFirst = true; ; isFirst = false) {
      // First the lock, then the journal: what was written before the lock was given back is not missed.
      const holder = runInProgress(directory);
      const isOver = holder?.runId !== runId || !holder.alive;
      read();
      if (isFirst) onCaughtUp?.();
      if (isOver) {
        const wasKilled = holder?.runId === runId || existsSync(file);
        return endOf(run, { directory, wasKilled, journal: events.journal(), onEvent });
      }
      await sleep(TICK_MS, undefined, { signal });
    }
  } catch (error) {
    if (signal?.aborted === true) return { state: "left", run };
    throw error;
  } finally {
    tail.close();
  }
}

/** Of estimates that were read together only the last one is still one. */
function withoutOldEstimates(events: readonly RunEvent[]): readonly RunEvent[] {
  const last = events.findLastIndex(({ type }) => type === "eta");
  return events.filter(({ type }, index) => type !== "eta" || index === last);
}

function endOf(
  run: RunInProgress,
  {
    directory,
    wasKilled,
    journal,
    onEvent,
  }: Pick<FollowRunOptions, "directory" | "onEvent"> & {
    readonly wasKilled: boolean;
    readonly journal: Parameters<typeof recoverRun>[0] | undefined;
  },
): FollowedRun {
  const { runId } = run;
  if (existsSync(path.join(directory, STATE_FOLDER_NAME, "runs", runId, "run.json"))) {
    const record = readRunRecord({ directory, run: runId });
    // The next run may have written it by now.
    if (isRecovered(record)) return { state: "killed", run, record };
    onEvent?.({ type: "finished", atMs: record.durationMs, record });
    return { state: "finished", record };
  }
  if (!wasKilled) return { state: "unrecorded", run };
  return { state: "killed", run, record: journal === undefined ? undefined : recoverRun(journal).record };
}

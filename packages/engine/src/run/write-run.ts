import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  appendHistory,
  formatProfileLog,
  toCurrentRun,
  toHistoryLine,
  toTraceEvents,
  writeFileAtomic,
  type ResourceSample,
  type RunRecord,
} from "@ai-workflow/profiler";
import { formatRunLog } from "./format-run-log.ts";
import type { RunContext } from "./run-context.ts";
import { cleanRuns, hasTooManyRuns } from "../retention/clean-runs.ts";
import { HISTORY_FILE, pointLatest } from "../state/state-directory.ts";

/**
 * Writes the record and what is made from it: `current_run.json`, a line of `history.jsonl`, the logs, and `logs/latest`. What
 * cannot be written is told in a notice and changes nothing else. Returns the path of the record, where that was written.
 */
export function writeRun(
  record: RunRecord,
  context: RunContext,
  samples: readonly ResourceSample[] = [],
): string | undefined {
  const { state, paths, resolved } = context;
  const { retention } = context.options.loaded.workflow;
  const metrics = path.join(state.path, "metrics");
  const attempt = (what: string, write: () => void): boolean => {
    try {
      write();
      return true;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      context.notice({ code: "record-not-written", message: `${what} could not be written (${why})` });
      return false;
    }
  };

  const written = attempt(paths.record, () => writeFileAtomic(paths.record, `${JSON.stringify(record)}\n`));
  attempt(metrics, () => {
    mkdirSync(metrics, { recursive: true });
    writeFileAtomic(path.join(metrics, "current_run.json"), `${JSON.stringify(toCurrentRun(record), undefined, 2)}\n`);
    appendHistory(path.join(state.path, HISTORY_FILE), toHistoryLine(record), { keep: retention.historyRuns });
  });
  attempt(paths.logs, () => {
    writeFileSync(path.join(paths.logs, "run.log"), formatRunLog(record));
    writeFileSync(path.join(paths.logs, "trace.json"), JSON.stringify(toTraceEvents(record, { samples })));
    if (resolved.measures.profile || resolved.measures.testProfile) {
      writeFileSync(path.join(paths.logs, "profile.log"), formatProfileLog(record));
    }
    pointLatest(state.path, record.runId);
  });
  cleanUp(context, record);
  return written && state.durable ? paths.record : undefined;
}

/** What cannot be removed stays until the next time; the run has nothing to do with it. */
function cleanUp({ state, options, wallNow, notice }: RunContext, { runId, schedule }: RunRecord): void {
  const { retention } = options.loaded.workflow;
  try {
    // Removing takes longer than anything else in a run without work.
    if (!state.durable || (schedule === undefined && !hasTooManyRuns(state.path, retention))) return;
    cleanRuns(state.path, { limits: retention, nowMs: wallNow(), held: [runId] });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    notice({ code: "runs-not-cleaned", message: `old runs could not be removed (${why})` });
  }
}

import { mkdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { appendHistory, toHistoryLine, writeFileAtomic } from "@ai-workflow/profiler";
import { readJournal } from "../journal/read-journal.ts";
import { recoverRun, type RecoveredRun } from "../journal/recover-run.ts";
import { journalFile } from "../journal/run-journal.ts";
import type { LockOwner } from "../lock/lock-owner.ts";
import { endMarkedProcesses, markOf } from "../runners/marked-processes.ts";
import { removeTemporaries } from "../state/remove-temporaries.ts";
import type { RunContext } from "./run-context.ts";
import { isRunId } from "../state/run-id.ts";
import { HISTORY_FILE } from "../state/state-directory.ts";

/** Ends what a run that was killed left running, and writes its record. Gives the steps that had passed in it. */
export async function takeOverKilledRun(
  { runId, pid }: Pick<LockOwner, "pid" | "runId">,
  context: RunContext,
): Promise<RecoveredRun["passed"] | undefined> {
  const { state, notice } = context;
  const ended = await endMarkedProcesses(markOf(path.join(state.path, "logs", runId)), {
    exempt: context.options.loaded.workflow.keepRunning,
  });
  const left = ended.length === 0 ? "" : `; ${ended.length} of its processes were still running and were ended`;
  notice({ code: "run-killed", message: `run ${runId} was killed before its end${left}` });
  try {
    removeTemporaries(state.path, pid);
  } catch {
    // What cannot be removed is in nobody's way.
  }
  return recoverKilledRun(runId, context);
}

/**
 * Writes the record of a run that was killed from its journal, and a line of the history. Gives the steps that had passed; `undefined` where
 * it left no journal, for nothing had started.
 */
function recoverKilledRun(runId: string, { state, notice, options }: RunContext): RecoveredRun["passed"] | undefined {
  const { historyRuns } = options.loaded.workflow.retention;
  const runs = path.join(state.path, "runs");
  // The id comes from a file.
  if (!isRunId(runId)) return undefined;
  const file = journalFile(runs, runId);
  const journal = readJournal(file);
  if (journal === undefined || journal.head.runId !== runId) {
    removeUnbegun(runId, state.path);
    return undefined;
  }
  const { record, passed } = recoverRun(journal);
  try {
    writeFileAtomic(path.join(runs, runId, "run.json"), `${JSON.stringify(record)}\n`);
    mkdirSync(path.join(state.path, "metrics"), { recursive: true });
    appendHistory(path.join(state.path, HISTORY_FILE), toHistoryLine(record), { keep: historyRuns });
    rmSync(file, { force: true });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    notice({ code: "record-not-written", message: `the record of run ${runId} could not be written (${why})` });
  }
  return passed;
}

/** Removes what a run leaves that was killed before its journal said what it is about to do. What holds anything else stays. */
function removeUnbegun(runId: string, state: string): void {
  try {
    const file = journalFile(path.join(state, "runs"), runId);
    if (!(readText(file) ?? "").includes("\n")) rmSync(file, { force: true });
    for (const folder of ["runs", "logs"]) rmdirSync(path.join(state, folder, runId));
  } catch {
    // It goes with the oldest runs.
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

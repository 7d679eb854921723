import { parseRunRecord, type RunRecord, type StepRecord } from "@ai-workflow/profiler";
import type { ReadJournal } from "../journal/read-journal.ts";
import { parseEntry, parseHead } from "../journal/read-journal.ts";
import { recoverRun } from "../journal/recover-run.ts";
import type { JournalEntry, JournalHead } from "../journal/run-journal.ts";
import type { RunEvent } from "../run/events.ts";
import { stepLogPath } from "../state/state-directory.ts";

/** Makes the events of a run from the lines of its journal. */
export interface JournalEvents {
  /** The events that a line tells of; none for a line that nobody can read. */
  readonly read: (line: string) => readonly RunEvent[];
  /** What was read so far; `undefined` before the first line. */
  readonly journal: () => ReadJournal | undefined;
}

/**
 * Reads a journal as the events that its run told of. What stands there is taken for no more than a record may hold: the file may be anyone's.
 *
 * @param runId - the run whose journal it is to be
 * @param stateDirectory - absolute path of the state folder
 */
export function createJournalEvents(runId: string, stateDirectory: string): JournalEvents {
  let head: JournalHead | undefined;
  let frame: RunRecord | undefined;
  let stages: ReadonlyMap<string, string | undefined> = new Map();
  const entries: JournalEntry[] = [];

  const begin = (line: string): readonly RunEvent[] => {
    const found = parseHead(line);
    if (found === undefined || found.runId !== runId) return [];
    frame = validRecord(recoverRun({ head: found, entries: [] }).record);
    // Names are printed as they are.
    if (frame === undefined || found.decisions.some(({ stepId }) => /\p{C}/u.test(stepId))) return [];
    head = found;
    stages = new Map(head.decisions.map(({ stepId, stage }) => [stepId, stage]));
    const { decisions, decided } = head;
    const maxParallel = head.maxParallel ?? 1;
    return [
      { type: "decided", atMs: 0, runId, stateDirectory, decisions, maxParallel },
      ...decided.map((step): RunEvent => ({ type: "step-finished", atMs: 0, step })),
    ];
  };

  const isKnown = (ended: StepRecord): boolean =>
    stages.has(ended.id) && frame !== undefined && validRecord({ ...frame, steps: [ended] }) !== undefined;

  const follow = (entry: JournalEntry): RunEvent | undefined => {
    if ("told" in entry) {
      const { told } = entry;
      if (told.type === "gate") return told;
      return { ...told, overdue: told.overdue.filter((id) => stages.has(id)) };
    }
    if ("ended" in entry) {
      const { ended: step, atMs } = entry;
      return isKnown(step) ? { type: "step-finished", atMs, step } : undefined;
    }
    const { started: stepId, attempt, ahead = false, expectedMs, atMs } = entry;
    if (!stages.has(stepId)) return undefined;
    const log = stepLogPath(runId, stepId);
    return { type: "step-started", atMs, stepId, attempt, ahead, log, stage: stages.get(stepId), expectedMs };
  };

  return {
    read(line) {
      if (head === undefined) return begin(line);
      const entry = parseEntry(line);
      const event = entry === undefined ? undefined : follow(entry);
      if (entry === undefined || event === undefined) return [];
      entries.push(entry);
      return [event];
    },
    journal: () => (head === undefined ? undefined : { head, entries }),
  };
}

function validRecord(record: RunRecord): RunRecord | undefined {
  const parsed = parseRunRecord(JSON.stringify(record));
  return parsed.ok ? parsed.record : undefined;
}

import path from "node:path";
import { readHistory, type HistoryEntry } from "@ai-workflow/profiler";
import { HISTORY_FILE } from "../state/state-directory.ts";

/** Runs of a step that is looked back on. */
const LOOK_BACK = 5;

/** Runs at the end of the history that are read. */
const READ_RUNS = 100;

/** Measurements of a step's memory without which nothing is expected of it. */
const FEWEST_PEAKS = 2;

/** What steps are expected to take, by simple rules over the history. A step of which nothing is known is missing. */
export interface Expectations {
  /** In milliseconds: the median of the last five passes. */
  readonly durationsMs: ReadonlyMap<string, number>;
  /** In milliseconds: the longest of the last five passes, for steps that passed as often. */
  readonly upperMs: ReadonlyMap<string, number>;
  /** Peak memory in MB: the highest of the last five measurements, for what does not fit is worse than what waits. */
  readonly memoryMb: ReadonlyMap<string, number>;
}

/**
 * The latest runs, oldest first. A history that cannot be read is an empty one: the plan can do without, and writing to it will tell.
 *
 * @param state - absolute path of the state folder
 */
export function readLatestRuns(state: string): readonly HistoryEntry[] {
  try {
    return readHistory(path.join(state, HISTORY_FILE), { last: READ_RUNS }).entries;
  } catch {
    return [];
  }
}

/** What the runs of a history, oldest first, let expect. Pure. */
export function expectFrom(entries: readonly Pick<HistoryEntry, "steps">[]): Expectations {
  const durations = new Map<string, number[]>();
  const peaks = new Map<string, number[]>();
  const note = (known: Map<string, number[]>, id: string, value: number): void => {
    const values = known.get(id) ?? [];
    if (values.length < LOOK_BACK) values.push(value);
    known.set(id, values);
  };
  for (const { steps } of entries.toReversed()) {
    for (const { id, outcome, seconds, peak_memory_mb: peakMb } of steps) {
      if (outcome !== "passed") continue;
      note(durations, id, seconds * 1_000);
      if (peakMb !== undefined) note(peaks, id, peakMb);
    }
  }
  return {
    durationsMs: new Map([...durations].map(([id, values]) => [id, medianOf(values)])),
    upperMs: new Map(
      [...durations]
        .filter(([, values]) => values.length === LOOK_BACK)
        .map(([id, values]) => [id, Math.max(...values)]),
    ),
    memoryMb: new Map(
      [...peaks].filter(([, values]) => values.length >= FEWEST_PEAKS).map(([id, values]) => [id, Math.max(...values)]),
    ),
  };
}

/** The middle value, the lower of two; 0 for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

import path from "node:path";
import { readHistory, type HistoryEntry } from "@ai-workflow/profiler";
import { HISTORY_FILE } from "./state-directory.ts";

/** Runs of a step that its expected duration looks back on. */
const LOOK_BACK = 5;

/** Runs at the end of the history that are read. */
const READ_RUNS = 100;

/**
 * Expected duration of each step in milliseconds: the median of its last five passes in the history. A step that no run has timed
 * is missing.
 */
export function readDurations(state: string): ReadonlyMap<string, number> {
  const seen = new Map<string, number[]>();
  for (const entry of readEntries(path.join(state, HISTORY_FILE)).toReversed()) {
    for (const { id, outcome, seconds } of entry.steps) {
      if (outcome !== "passed") continue;
      const durations = seen.get(id) ?? [];
      if (durations.length < LOOK_BACK) durations.push(seconds * 1_000);
      seen.set(id, durations);
    }
  }
  return new Map([...seen].map(([id, durations]) => [id, medianOf(durations)]));
}

/** A history that cannot be read is an empty one: the plan can do without, and writing to it will tell. */
function readEntries(file: string): readonly HistoryEntry[] {
  try {
    return readHistory(file, { last: READ_RUNS }).entries;
  } catch {
    return [];
  }
}

/** The middle value, the lower of two; 0 for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

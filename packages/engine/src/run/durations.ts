import path from "node:path";
import { readHistory } from "@ai-workflow/profiler";

/** Path of the history inside the state folder. */
export const HISTORY_FILE = path.join("metrics", "history.jsonl");

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
  const { entries } = readHistory(path.join(state, HISTORY_FILE), { last: READ_RUNS });
  for (const entry of entries.toReversed()) {
    for (const { id, outcome, seconds } of entry.steps) {
      if (outcome !== "passed") continue;
      const durations = seen.get(id) ?? [];
      if (durations.length < LOOK_BACK) durations.push(seconds * 1_000);
      seen.set(id, durations);
    }
  }
  return new Map([...seen].map(([id, durations]) => [id, medianOf(durations)]));
}

/** The middle value, the lower of two; 0 for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

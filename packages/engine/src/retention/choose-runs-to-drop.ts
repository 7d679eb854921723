import type { Retention } from "../config/workflow.ts";

/** A run of which something is kept. */
export interface KeptRun {
  readonly id: string;
  /** Milliseconds since 1970; `NaN` where the id does not say. */
  readonly startedAtMs: number;
  /** What its logs take. */
  readonly logBytes: number;
}

/** What is to go. */
export interface RunsToDrop {
  /** Runs that go with record and logs. */
  readonly runs: readonly string[];
  /** Runs of which the logs go. */
  readonly logs: readonly string[];
}

/**
 * Chooses what of earlier runs goes: runs beyond the number and those that are too old, and of the rest the logs of the oldest until they
 * fit. The latest run stays whole whatever its age and size, and so does each of `held`, which count like the others. Pure.
 *
 * @param nowMs - milliseconds since 1970
 * @param held - ids of runs of which nothing may go
 */
export function chooseRunsToDrop(
  runs: readonly KeptRun[],
  limits: Pick<Retention, "runs" | "maxLogBytes" | "maxAgeMs">,
  nowMs: number,
  held: ReadonlySet<string> = new Set(),
): RunsToDrop {
  // Ids begin with their time.
  const newestFirst = runs.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const isHeld = (run: KeptRun): boolean => run === newestFirst[0] || held.has(run.id);
  const dropped: { readonly runs: string[]; readonly logs: string[] } = { runs: [], logs: [] };
  const keptRuns = newestFirst.filter(isHeld);
  let keptCount = keptRuns.length;
  let keptBytes = keptRuns.reduce((sum, { logBytes }) => sum + logBytes, 0);
  for (const run of newestFirst) {
    if (isHeld(run)) continue;
    if (keptCount >= limits.runs || nowMs - run.startedAtMs > limits.maxAgeMs) {
      dropped.runs.push(run.id);
      continue;
    }
    keptCount += 1;
    if (run.logBytes > 0 && keptBytes + run.logBytes > limits.maxLogBytes) dropped.logs.push(run.id);
    else keptBytes += run.logBytes;
  }
  return dropped;
}

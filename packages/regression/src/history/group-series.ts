import type { HistoryRun, HistorySeries } from "./history-run.ts";

/**
 * Sorts durations into series of like with like: the same step, machine class, change class and cache state. The totals of runs are a
 * series for each set of steps that ran, since a run of three steps is not comparable with one of ten. O(rows).
 *
 * @returns In the order of first appearance.
 */
export function groupSeries(runs: Iterable<HistoryRun>): readonly HistorySeries[] {
  interface Growing extends HistorySeries {
    readonly seconds: number[];
    readonly runs: HistoryRun[];
  }
  const series = new Map<string, Growing>();
  const add = (run: HistoryRun, step: string | undefined, seconds: number, same: readonly string[]): void => {
    if (!(Number.isFinite(seconds) && seconds > 0)) return;
    const { machine, changeClass, cacheState } = run;
    const key = JSON.stringify([step ?? null, machine, changeClass, cacheState, same]);
    const known = series.get(key) ?? { step, machine, changeClass, cacheState, seconds: [], runs: [] };
    series.set(key, known);
    known.seconds.push(seconds);
    known.runs.push(run);
  };
  for (const run of runs) {
    if (run.totalSeconds !== undefined) {
      add(run, undefined, run.totalSeconds, run.steps.map(({ step }) => step).sort());
    }
    for (const { step, seconds } of run.steps) add(run, step, seconds, []);
  }
  return [...series.values()];
}

import type { HistoryEntry } from "../history-entry.ts";

/** One command of hyperfine's export; times in seconds. */
export interface HyperfineResult {
  readonly command: string;
  readonly mean: number;
  /** Of a sample; `null` for a single run. */
  readonly stddev: number | null;
  readonly median: number;
  /** CPU time of the programs themselves; with that of the kernel where no run tells them apart, and 0 where none was measured. */
  readonly user: number;
  /** CPU time that the kernel spent for them; 0 where no run tells it apart. */
  readonly system: number;
  readonly min: number;
  readonly max: number;
  readonly times: readonly number[];
  readonly exit_codes: readonly number[];
}

/** The content of hyperfine's `--export-json`. */
export interface HyperfineExport {
  readonly results: readonly HyperfineResult[];
}

/** Options of {@link toHyperfineJson}. */
export interface ToHyperfineJsonOptions {
  /**
   * Class of machine whose runs are taken; see `machineClass`.
   *
   * @defaultValue that of the last run
   */
  readonly machine?: string | undefined;
}

/**
 * Gives the timings of each step over past runs as hyperfine 1.15 exports them, for its plotting scripts and whatever else reads that format.
 * Each step is a command, in order of its first run; taken are the runs of one class of machine in which it ran and passed, oldest first.
 *
 * Source: hyperfine, `--export-json`.
 */
export function toHyperfineJson(
  history: readonly HistoryEntry[],
  options: ToHyperfineJsonOptions = {},
): HyperfineExport {
  const machine = options.machine ?? history.at(-1)?.machine;
  const runs = new Map<string, { readonly times: number[]; readonly cpu: CpuSeconds[] }>();
  for (const entry of history) {
    if (entry.machine !== machine) continue;
    for (const step of entry.steps) {
      if (step.outcome !== "passed") continue;
      const run = runs.get(step.id) ?? { times: [], cpu: [] };
      runs.set(step.id, run);
      run.times.push(step.seconds);
      if (step.cpu_seconds !== undefined) run.cpu.push({ total: step.cpu_seconds, system: step.system_seconds });
    }
  }
  return {
    results: [...runs].map(([command, { times, cpu }]): HyperfineResult => {
      const { mean: average, stddev, median, min, max } = summarise(times);
      // In the order of keys in which hyperfine writes them.
      return {
        command,
        mean: average,
        stddev,
        median,
        ...userAndSystem(cpu),
        min,
        max,
        times,
        exit_codes: times.map(() => 0),
      };
    }),
  };
}

interface CpuSeconds {
  readonly total: number;
  readonly system: number | undefined;
}

/** Means over the runs that tell both apart, or over all where none does. */
function userAndSystem(cpu: readonly CpuSeconds[]): Pick<HyperfineResult, "user" | "system"> {
  const told = cpu.flatMap(({ total, system }) =>
    system === undefined ? [] : [{ user: Math.max(0, total - system), system }],
  );
  if (told.length > 0)
    return { user: mean(told.map(({ user }) => user)), system: mean(told.map(({ system }) => system)) };
  return { user: cpu.length === 0 ? 0 : mean(cpu.map(({ total }) => total)), system: 0 };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Statistics of at least one time, as hyperfine computes them. */
export function summarise(
  times: readonly number[],
): Pick<HyperfineResult, "mean" | "stddev" | "median" | "min" | "max"> {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const average = mean(times);
  const squares = times.reduce((sum, time) => sum + (time - average) ** 2, 0);
  return {
    mean: average,
    stddev: times.length < 2 ? null : Math.sqrt(squares / (times.length - 1)),
    median: mean(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)),
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
  };
}

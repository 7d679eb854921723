import path from "node:path";
import { readHistoryLines } from "@ai-workflow/profiler";
import type {
  ChangePoint,
  Degradation,
  HistorySeries,
  HistorySetAside,
  ParsedHistory,
  Trend,
} from "@ai-workflow/regression";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { EngineError } from "../errors.ts";
import { HISTORY_FILE } from "../state/state-directory.ts";

/** Series with fewer durations are not on the page. */
const SHOWN_RUNS = 5;

/** Options of {@link trackPerformance}. */
export interface TrackPerformanceOptions {
  /** Absolute path of the directory whose runs are meant. */
  readonly target: string;
  /** Absolute path of another history. @defaultValue that of the target; where there is none yet, an empty one */
  readonly data?: string | undefined;
  /** @defaultValue `"Performance history"` */
  readonly title?: string | undefined;
}

/** One series of like with like, and what is said of it. */
export interface TrackedSeries extends Omit<HistorySeries, "runs"> {
  readonly degradation: Degradation;
  readonly trend: Trend;
  readonly changePoints: readonly (ChangePoint & { readonly run: string; readonly commit?: string | undefined })[];
}

/** How durations went over the runs that are kept. */
export interface PerformanceHistory {
  readonly runs: number;
  /** Lines and durations that were not used, by reason. */
  readonly setAside: Readonly<Partial<Record<HistorySetAside, number>>>;
  readonly series: readonly TrackedSeries[];
  /** The page. */
  readonly markdown: string;
}

/**
 * Follows durations over the history: trend, degradation and changes of level of each step and in total, like with like.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – the history cannot be read
 */
export async function trackPerformance(options: TrackPerformanceOptions): Promise<PerformanceHistory> {
  const { chooseDegradationRule, findChangePoints, findDegradation, findTrend, formatPerformanceHistory, groupSeries } =
    await import("@ai-workflow/regression");
  const history = await readLines(options);
  const all = groupSeries(history.runs);
  // As the page chooses it: what is too short to be shown raises no alarm.
  const rule = chooseDegradationRule(all.filter(({ seconds }) => seconds.length >= SHOWN_RUNS).length);
  const series = all.map(({ runs, ...one }) => ({
    ...one,
    degradation: findDegradation(one.seconds, { rule }),
    trend: findTrend(one.seconds),
    changePoints: findChangePoints(one.seconds).map((change) => {
      const { run = "", commit } = runs[change.index] ?? {};
      return { ...change, run, commit };
    }),
  }));
  const markdown = formatPerformanceHistory(history, { title: options.title, minRuns: SHOWN_RUNS });
  return { runs: history.runs.length, setAside: history.setAside, series, markdown };
}

async function readLines({ target, data }: TrackPerformanceOptions): Promise<ParsedHistory> {
  const { parseHistory } = await import("@ai-workflow/regression");
  const file = data ?? path.join(target, STATE_FOLDER_NAME, HISTORY_FILE);
  let lines: readonly string[];
  try {
    lines = readHistoryLines(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === "ENOENT" && data === undefined) return parseHistory([]);
    throw new EngineError("ENGINE_DATA_UNREADABLE", `cannot read ${file} (${code})`, {
      hint: "Give a file with one finished run a line, such as .workflow/metrics/history.jsonl",
      cause: error,
    });
  }
  return parseHistory(lines);
}

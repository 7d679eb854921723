import { findChangePoints } from "../history/find-change-points.ts";
import { chooseDegradationRule, findDegradation, type DegradationRule } from "../history/find-degradation.ts";
import { findTrend } from "../history/find-trend.ts";
import { groupSeries } from "../history/group-series.ts";
import type { HistorySeries } from "../history/history-run.ts";
import type { ParsedHistory } from "../history/parse-history.ts";
import { median } from "../statistics/median.ts";
import { formatCell, formatChange, formatMs, formatTable } from "./format-quantity.ts";

/** Options of {@link formatPerformanceHistory}. */
export interface FormatHistoryOptions {
  /** @defaultValue "Performance history" */
  readonly title?: string | undefined;
  /**
   * Series with fewer durations are counted but not shown; at least 1.
   * @defaultValue 5
   */
  readonly minRuns?: number | undefined;
  /**
   * Latest durations in a chart, 2 to 200.
   * @defaultValue 30
   */
  readonly chartLength?: number | undefined;
}

const BARS = "▁▂▃▄▅▆▇█";

/**
 * A page in Markdown that follows performance: for the total and each step, like with like, the number of runs, the median of the last
 * five, the trend, whether the last runs are degraded, and a chart; then every change of level with the run and commit at which it came. The
 * same history gives the same page.
 *
 * @throws RangeError when an option is out of range.
 */
export function formatPerformanceHistory(history: ParsedHistory, options: FormatHistoryOptions = {}): string {
  const { title = "Performance history", minRuns = 5, chartLength = 30 } = options;
  if (!(Number.isInteger(minRuns) && minRuns >= 1)) {
    throw new RangeError(`Cannot format the history: \`minRuns\` must be a whole number of at least 1, got ${minRuns}`);
  }
  if (!(Number.isInteger(chartLength) && chartLength >= 2 && chartLength <= 200)) {
    throw new RangeError(
      `Cannot format the history: \`chartLength\` must be a whole number from 2 to 200, got ${chartLength}`,
    );
  }
  const all = groupSeries(history.runs);
  const shown = all.filter(({ seconds }) => seconds.length >= minRuns);
  const rule = chooseDegradationRule(shown.length);
  const [totals, steps] = [
    shown.filter(({ step }) => step === undefined),
    shown.filter(({ step }) => step !== undefined),
  ];
  const counted = Object.entries(history.setAside).map(([reason, count]) => `${count} ${reason}`);
  const parts = [
    `# ${formatCell(title)}`,
    `${history.runs.length} ${history.runs.length === 1 ? "run" : "runs"}${counted.length === 0 ? "" : `; set aside: ${counted.join(", ")}`}.${
      shown.length === 0
        ? ` There is a chart of what ran ${minRuns} times or more on one machine, with the same kind of change and cache.`
        : " Charts are on a logarithmic scale of their own, newest on the right."
    }`,
  ];
  if (shown.length < all.length) {
    parts.push(
      `${all.length - shown.length} of ${all.length} series have fewer than ${minRuns} runs and are not shown.`,
    );
  }
  for (const [name, series] of [
    ["Total", totals],
    ["Steps", steps],
  ] as const) {
    if (series.length === 0) continue;
    const header = ["step", "change", "cache", "machine", "chart", "state", "runs", "last 5", "trend a run"];
    parts.push(
      `## ${name}`,
      formatTable(
        header,
        series.map((one) => formatSeries(one, chartLength, rule)),
        6,
      ),
    );
  }
  const changes = shown.flatMap(formatChanges);
  if (changes.length > 0) {
    const header = ["step", "from run", "commit", "started", "before", "after", "change"];
    parts.push("## Changes of level", formatTable(header, changes, 4));
  }
  return `${parts.join("\n\n")}\n`;
}

function formatSeries(series: HistorySeries, chartLength: number, rule: DegradationRule): string[] {
  const { seconds, changeClass, cacheState, machine } = series;
  const degradation = findDegradation(seconds, { rule });
  const trend = findTrend(seconds);
  return [
    nameOf(series),
    formatCell(changeClass),
    formatCell(cacheState),
    formatCell(machine),
    drawChart(seconds.slice(-chartLength)),
    degradation.status === "learning"
      ? `learning (${degradation.missing} more)`
      : `${degradation.status}${degradation.status === "steady" ? "" : ` (${formatChange(degradation.ratio)})`}`,
    String(seconds.length),
    formatMs(median(seconds.slice(-5)) * 1_000),
    trend.direction === "unknown" || trend.direction === "steady"
      ? trend.direction
      : `${trend.direction} (${formatChange(trend.factor)})`,
  ];
}

function formatChanges(series: HistorySeries): string[][] {
  return findChangePoints(series.seconds).map(({ index, before, after, ratio }) => {
    const { run, commit = "", startedAt = "" } = series.runs[index]!;
    const times = [formatMs(before * 1_000), formatMs(after * 1_000), formatChange(ratio)];
    return [nameOf(series), formatCell(run), formatCell(commit.slice(0, 12)), formatCell(startedAt), ...times];
  });
}

function nameOf({ step }: HistorySeries): string {
  return step === undefined ? "(all)" : formatCell(step);
}

/** One bar a value; bars in the middle where all are equal. */
function drawChart(values: readonly number[]): string {
  const logs = values.map(Math.log);
  const low = Math.min(...logs);
  const range = Math.max(...logs) - low;
  return logs
    .map((log) => BARS[range === 0 ? 3 : Math.min(BARS.length - 1, Math.floor(((log - low) / range) * BARS.length))])
    .join("");
}

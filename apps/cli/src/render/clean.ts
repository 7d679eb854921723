import type { CleanReport } from "@ai-workflow/engine";
import { countOf } from "./count-of.ts";
import { megabytes } from "./megabytes.ts";

/** What cleaning removed, or would, for people. */
export function renderClean(report: CleanReport): string {
  const { dryRun, runs, results, removedHistoryLines } = report;
  const kept = `kept ${countOf(runs.keptCount, "run")} with ${megabytes(runs.keptLogBytes)} of logs, ${countOf(results.keptCount, "stored result")} with ${megabytes(results.keptBytes)}`;
  const removedCount =
    runs.removedRuns.length + runs.removedLogs.length + results.removedCount + results.removedBlobCount;
  if (removedCount + removedHistoryLines === 0) return `nothing to remove: all is within \`retention\`\n${kept}\n`;
  const lines = [
    `${countOf(runs.removedRuns.length, "run")}, and the logs of ${runs.removedLogs.length} more, ${megabytes(runs.freedBytes)}`,
    `${countOf(results.removedCount, "stored result")} and ${countOf(results.removedBlobCount, "stored output")}, ${megabytes(results.freedBytes)}`,
  ];
  if (removedHistoryLines > 0) lines.push(`${countOf(removedHistoryLines, "line")} of the history`);
  return `${lines.map((line) => `${dryRun ? "would remove" : "removed"} ${line}`).join("\n")}\n${kept}\n`;
}

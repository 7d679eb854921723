import type { PastRun } from "@ai-workflow/engine";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** Past runs, a line each; where a step was asked for, what became of it. */
export function renderHistory(runs: readonly PastRun[], style: Style): string {
  if (runs.length === 0) return "no run yet\n";
  const rows = runs.map((run) => [
    run.runId,
    run.startedAt.slice(0, 16).replace("T", " "),
    run.step?.outcome ?? run.status,
    formatDuration(run.step?.durationMs ?? run.durationMs),
    run.commit?.slice(0, 10) ?? "",
    run.step === undefined ? describe(run) : expected(run),
  ]);
  const head = ["run", "started (UTC)", "outcome", "time", "commit", ""];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${[style.dim(line(head)), ...rows.map((row, index) => paint(line(row), runs[index], style))].join("\n")}\n`;
}

function describe({ outcomes, failed }: PastRun): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return printable([...counts, ...(failed.length === 0 ? [] : [`failed: ${failed.join(", ")}`])].join(", "));
}

function expected({ step }: PastRun): string {
  return step?.predictedMs === undefined ? "" : `expected ${formatDuration(step.predictedMs)}`;
}

function paint(line: string, run: PastRun | undefined, style: Style): string {
  const outcome = run?.step?.outcome ?? run?.status;
  return outcome === "failed" || outcome === "timed-out" ? style.red(line) : line;
}

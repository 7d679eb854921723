import type { RunInProgress } from "@ai-workflow/engine";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** A run that holds the lock of a target, in a line. */
export function renderInProgress(run: RunInProgress, nowMs: number, style: Style): string {
  const who = `run ${run.runId} (process ${run.pid} on ${printable(run.host)})`;
  if (!run.alive) return style.red(`${who} was killed before its end; the next run goes on where it was`);
  const sinceMs = Math.max(0, nowMs - Date.parse(run.since));
  return `${style.bold(`${who} goes on`)} for ${formatDuration(sinceMs)} (ai-workflow status --watch follows it)`;
}

import type { RunInProgress } from "@ai-workflow/engine";
import type { LiveState } from "../live/live-state.ts";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** Steps that a line names at most. */
const MAX_NAMED = 6;

/** A run that holds the lock of a target, in a line. */
export function renderInProgress(run: RunInProgress, nowMs: number, style: Style): string {
  const who = `run ${run.runId} (process ${run.pid} on ${printable(run.host)})`;
  if (!run.alive) return style.red(`${who} was killed before its end; the next run goes on where it was`);
  const sinceMs = Math.max(0, nowMs - Date.parse(run.since));
  return `${style.bold(`${who} goes on`)} for ${formatDuration(sinceMs)} (ai-workflow status --watch follows it)`;
}

/** The steps that run, with how long they do and are expected to, in a line; `undefined` where none does. */
export function renderRunning({ running }: Pick<LiveState, "running">, nowMs: number): string | undefined {
  if (running.length === 0) return undefined;
  const named = running.slice(0, MAX_NAMED).map(({ id, startedMs, expectedMs }) => {
    const expected = expectedMs === undefined ? "" : ` of about ${formatDuration(expectedMs)}`;
    return `${id} ${formatDuration(Math.max(0, nowMs - startedMs))}${expected}`;
  });
  const more = running.length > named.length ? ` and ${running.length - named.length} more` : "";
  return `running: ${named.join(", ")}${more}`;
}

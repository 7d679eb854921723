import { formatDuration } from "../render/duration.ts";
import type { RunningStep } from "./live-state.ts";

/** Steps that a line names at most. */
const MAX_NAMED = 6;

/** The steps that run, with how long they do and are expected to, in a line; `undefined` where none does. */
export function renderRunning(running: readonly RunningStep[], nowMs: number): string | undefined {
  if (running.length === 0) return undefined;
  const named = running.slice(0, MAX_NAMED).map(({ id, startedMs, expectedMs }) => {
    const expected = expectedMs === undefined ? "" : ` of about ${formatDuration(expectedMs)}`;
    return `${id} ${formatDuration(Math.max(0, nowMs - startedMs))}${expected}`;
  });
  const more = running.length > named.length ? ` and ${running.length - named.length} more` : "";
  return `running: ${named.join(", ")}${more}`;
}

import { cutColumns, displayWidth, padColumns } from "../render/display-width.ts";
import { formatDuration } from "../render/duration.ts";
import type { Style } from "../render/style.ts";
import type { LiveState, RunningStep } from "./live-state.ts";

/** Size of a terminal in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines of running steps at most: a tall terminal is for the output of steps. */
const MAX_STEPS = 8;
const BAR_WIDTH = 24;
/** A terminal narrower than this has no bar. */
const NARROW = 60;

/**
 * The lines that stand below the output of a run while it goes on: each running step with its time and what it is expected to take, then how
 * far the run is. Pure. No line reaches the last column, so that no terminal wraps one; there are at least two rows more than lines.
 *
 * @param nowMs - milliseconds after the run's start
 */
export function renderFrame(state: LiveState, nowMs: number, size: TerminalSize, style: Style): readonly string[] {
  if (state.running.length === 0 && state.ended === 0) return [];
  const width = Math.max(1, size.columns - 1);
  const room = Math.max(0, Math.min(MAX_STEPS, size.rows - 4));
  const shown = state.running.length <= room ? state.running : state.running.slice(0, Math.max(0, room - 1));
  const hidden = state.running.length - shown.length;
  const idWidth = Math.min(Math.max(0, ...shown.map(({ id }) => displayWidth(id))), Math.max(8, Math.floor(width / 2)));
  const lines = [
    ...shown.map((step) => stepLine(step, nowMs, idWidth)),
    ...(hidden > 0 && room > 0 ? [{ text: `  and ${hidden} more`, isLate: false }] : []),
  ].map(({ text, isLate }) => (isLate ? style.yellow(cutColumns(text, width)) : style.dim(cutColumns(text, width))));
  return [...lines, cutColumns(statusLine(state, nowMs, size.columns), width)];
}

function stepLine(
  { id, startedMs, expectedMs }: RunningStep,
  nowMs: number,
  idWidth: number,
): { readonly text: string; readonly isLate: boolean } {
  const elapsedMs = Math.max(0, nowMs - startedMs);
  const isLate = expectedMs !== undefined && elapsedMs > expectedMs * 1.25 && elapsedMs - expectedMs > 1_000;
  const expected = expectedMs === undefined ? "" : ` of about ${formatDuration(expectedMs)}${isLate ? ", late" : ""}`;
  return { text: `  ${padColumns(cutColumns(id, idWidth), idWidth)}  ${clock(elapsedMs)}${expected}`, isLate };
}

function statusLine(state: LiveState, nowMs: number, columns: number): string {
  const { ended, wrong, stage, shownEndMs, running } = state;
  const total = Math.max(state.toRun, ended + running.length);
  const leftMs = shownEndMs === undefined ? undefined : shownEndMs - nowMs;
  // An end that is overdue is not near again: the bar waits at its last part.
  const share = leftMs === undefined ? ended / total : Math.min(0.99, nowMs / (nowMs + Math.max(0, leftMs)));
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = columns < NARROW ? "" : `[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] `;
  const parts = [
    `${ended} of ${total}${wrong === 0 ? "" : `, ${wrong} not passed`}`,
    ...(leftMs === undefined ? [clock(nowMs)] : [leftMs > 0 ? `${clock(leftMs)} left` : `${clock(-leftMs)} late`]),
    ...(stage === undefined ? [] : [stage]),
  ];
  return bar + parts.join(" · ");
}

/** Whole seconds: a frame is drawn anew no more often than these change. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}

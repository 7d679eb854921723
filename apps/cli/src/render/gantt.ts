import { cutColumns, displayWidth, padColumns } from "./display-width.ts";
import { formatDuration } from "./duration.ts";

/** A step in a plan; times in milliseconds after the first one starts. */
export interface GanttRow {
  readonly id: string;
  readonly startMs: number;
  readonly finishMs: number;
  /** Whether the run cannot be over before it. */
  readonly isCritical: boolean;
}

/** Columns that bars have at least; names are cut for them. */
const MIN_BAR = 10;
/** Columns of the time at the end of a row. */
const TIME = 8;

/**
 * Draws when steps are planned to run, a row each in the order of their starts: `#` on the critical path, `=` beside it. Every step has a
 * mark, also where it is shorter than a column. No line is longer than `columns`.
 */
export function renderGantt(rows: readonly GanttRow[], columns: number): readonly string[] {
  const endMs = Math.max(...rows.map(({ finishMs }) => finishMs));
  if (rows.length === 0 || endMs <= 0) return [];
  const longest = Math.max(...rows.map(({ id }) => displayWidth(id)));
  const nameWidth = Math.max(4, Math.min(longest, columns - MIN_BAR - TIME - 4));
  const barWidth = Math.max(MIN_BAR, columns - nameWidth - TIME - 4);
  return rows
    .toSorted((one, other) => one.startMs - other.startMs || one.finishMs - other.finishMs)
    .map(({ id, startMs, finishMs, isCritical }) => {
      const from = Math.min(barWidth - 1, Math.floor((startMs / endMs) * barWidth));
      const to = Math.max(from + 1, Math.min(barWidth, Math.round((finishMs / endMs) * barWidth)));
      const bar = " ".repeat(from) + (isCritical ? "#" : "=").repeat(to - from);
      return `${padColumns(cutColumns(id, nameWidth), nameWidth)} |${bar.padEnd(barWidth)}|${formatDuration(finishMs - startMs).padStart(TIME)}`;
    });
}

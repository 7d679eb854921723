import { parseHistoryLine, readHistoryLines as readLines, type HistoryEntry } from "@ai-workflow/profiler";

/** A run and the lines of the history up to it. */
export interface AlertHistory {
  /** The run that is judged. */
  readonly entry: HistoryEntry;
  /** Oldest first; the last one is of the run that is judged. */
  readonly lines: readonly string[];
}

/** The lines of a history file; none where it does not exist or cannot be read. */
export function readHistoryLines(file: string): readonly string[] {
  try {
    return readLines(file);
  } catch {
    return [];
  }
}

/** The last run of a history that was not cancelled, and the lines up to it; `undefined` without such a run. */
export function findLastRun(lines: readonly string[]): AlertHistory | undefined {
  for (const [index, line] of [...lines.entries()].reverse()) {
    const entry = toEntry(line);
    if (entry !== undefined && entry.status !== "cancelled") return { entry, lines: lines.slice(0, index + 1) };
  }
  return undefined;
}

/** The run of that id in a history. */
export function findRun(lines: readonly string[], runId: string): HistoryEntry | undefined {
  const needle = JSON.stringify(runId);
  for (const line of lines) {
    const entry = line.includes(needle) ? toEntry(line) : undefined;
    if (entry?.run_id === runId) return entry;
  }
  return undefined;
}

function toEntry(line: string): HistoryEntry | undefined {
  const parsed = parseHistoryLine(line);
  return parsed.kind === "entry" && parsed.entry.run_id !== "" ? parsed.entry : undefined;
}

import { parseHistoryLine, type HistoryEntry } from "./history-entry.ts";
import { readHistoryLines, type ReadHistoryLinesOptions } from "./read-history-lines.ts";

/** Settings of {@link readHistory}. */
export type ReadHistoryOptions = ReadHistoryLinesOptions;

/** What a history file holds. */
export interface History {
  /** The runs in the order of the file. A run that was written twice is here once. */
  readonly entries: readonly HistoryEntry[];
  /** Number of lines that are cut off, foreign or wrong. */
  readonly badLines: number;
  /** Number of lines in a format of a newer tool, which were left out. */
  readonly newerLines: number;
}

/**
 * Reads a history file. Lines that cannot be used are counted and left out; empty lines are ignored. A file that does not
 * exist is an empty history. Of a file above 256 MiB only the end is read, and a line above 16 MiB cannot be used.
 *
 * @throws {RangeError} when `last` is not a positive integer.
 * @throws {UnusableFileError} for what is no file: it never waits for a pipe.
 * @throws the file system's error when the file exists and cannot be read (`EACCES`, …).
 */
export function readHistory(file: string, options: ReadHistoryOptions = {}): History {
  let lines: readonly string[];
  try {
    lines = readHistoryLines(file, options);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { entries: [], badLines: 0, newerLines: 0 };
    }
    throw error;
  }
  const entries = new Map<string, HistoryEntry>();
  let badLines = 0;
  let newerLines = 0;
  for (const line of lines) {
    if (line === "") continue;
    const parsed = parseHistoryLine(line);
    if (parsed.kind === "bad") badLines += 1;
    else if (parsed.kind === "newer") newerLines += 1;
    else if (!entries.has(parsed.entry.run_id)) entries.set(parsed.entry.run_id, parsed.entry);
  }
  return { entries: [...entries.values()], badLines, newerLines };
}

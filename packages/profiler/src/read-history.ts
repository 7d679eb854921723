import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parseHistoryLine, type HistoryEntry } from "./history-entry.ts";

/** Settings of {@link readHistory}. */
export interface ReadHistoryOptions {
  /**
   * Read only this many lines from the end, at least 1; the time taken then depends on them, not on the size of the file.
   * @defaultValue all lines
   */
  readonly last?: number | undefined;
}

/** What a history file holds. */
export interface History {
  /** The runs in the order of the file. A run that was written twice is here once. */
  readonly entries: readonly HistoryEntry[];
  /** Number of lines that are cut off, foreign or wrong. */
  readonly badLines: number;
  /** Number of lines in a format of a newer tool, which were left out. */
  readonly newerLines: number;
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 16;

/** The end of the file, from the start of its `last`-to-last line on. */
function readEnd(fd: number, last: number): string {
  const chunks: Buffer[] = [];
  let newlines = 0;
  for (let end = fstatSync(fd).size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const buffer = Buffer.allocUnsafe(end - start);
    const chunk = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
    const isFileEnd = chunks.length === 0;
    for (let at = chunk.lastIndexOf(NEWLINE); at !== -1; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1)) {
      // The newline that ends the file ends the last line; it does not begin another.
      if (isFileEnd && at === chunk.length - 1) continue;
      newlines += 1;
      if (newlines === last) {
        chunks.push(chunk.subarray(at + 1));
        return Buffer.concat(chunks.toReversed()).toString("utf8");
      }
    }
    chunks.push(chunk);
    end = start;
  }
  return Buffer.concat(chunks.toReversed()).toString("utf8");
}

/**
 * Reads a history file. Lines that cannot be used are counted and left out; empty lines are ignored. A file that does not
 * exist is an empty history.
 *
 * @throws {RangeError} when `last` is not a positive integer.
 * @throws the file system's error when the file exists and cannot be read (`EACCES`, `EISDIR`, …).
 */
export function readHistory(file: string, options: ReadHistoryOptions = {}): History {
  const last = options.last ?? Infinity;
  if (last !== Infinity && (!Number.isInteger(last) || last < 1)) {
    throw new RangeError(`Cannot read history: \`last\` must be a positive integer, got ${last}`);
  }
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { entries: [], badLines: 0, newerLines: 0 };
    }
    throw error;
  }
  let content: string;
  try {
    content = readEnd(fd, last);
  } finally {
    closeSync(fd);
  }
  const entries = new Map<string, HistoryEntry>();
  let badLines = 0;
  let newerLines = 0;
  for (const line of content.split("\n")) {
    if (line === "") continue;
    const parsed = parseHistoryLine(line);
    if (parsed.kind === "bad") badLines += 1;
    else if (parsed.kind === "newer") newerLines += 1;
    else if (!entries.has(parsed.entry.run_id)) entries.set(parsed.entry.run_id, parsed.entry);
  }
  return { entries: [...entries.values()], badLines, newerLines };
}

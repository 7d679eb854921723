import { closeSync, readSync } from "node:fs";
import { openRegularFile } from "./read-regular-file.ts";

/** Bytes of a history that are read at most, from the end; 500 lines of runs with a thousand steps take some 150 MB. */
export const MAX_HISTORY_BYTES: number = 256 * 2 ** 20;

/** Bytes of a line; what is longer was written by nobody we know. */
export const MAX_LINE_BYTES: number = 16 * 2 ** 20;

/** Settings of {@link readHistoryLines}. */
export interface ReadHistoryLinesOptions {
  /**
   * Read only this many lines from the end, at least 1; the time taken then depends on them, not on the size of the file.
   * @defaultValue all lines
   */
  readonly last?: number | undefined;
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 16;

/**
 * Reads the lines of a file of lines, such as a history, oldest first and without their ends; a last line without its end counts. Of a file
 * above 256 MiB only the end is read, and in place of a line above 16 MiB and of what is left out stands a short text that is no JSON.
 *
 * @throws {RangeError} when `last` is not a positive integer.
 * @throws {UnusableFileError} for what is no file: it never waits for a pipe.
 * @throws the file system's error when the file cannot be read (`ENOENT`, `EACCES`, …).
 */
export function readHistoryLines(file: string, options: ReadHistoryLinesOptions = {}): readonly string[] {
  const last = options.last ?? Infinity;
  if (last !== Infinity && (!Number.isInteger(last) || last < 1)) {
    throw new RangeError(`Cannot read history: \`last\` must be a positive integer, got ${last}`);
  }
  const { fd, sizeBytes } = openRegularFile(file);
  try {
    return readEnd(fd, sizeBytes, last);
  } finally {
    closeSync(fd);
  }
}

/** The end of the file, from the start of its `last`-to-last line on. */
function readEnd(fd: number, sizeBytes: number, last: number): readonly string[] {
  const from = Math.max(0, sizeBytes - MAX_HISTORY_BYTES);
  const chunks: Buffer[] = [];
  let newlines = 0;
  for (let end = sizeBytes; end > from;) {
    const start = Math.max(from, end - CHUNK_BYTES);
    const buffer = Buffer.allocUnsafe(end - start);
    const chunk = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
    const isFileEnd = chunks.length === 0;
    for (let at = chunk.lastIndexOf(NEWLINE); at !== -1; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1)) {
      // The newline that ends the file ends the last line; it does not begin another.
      if (isFileEnd && at === chunk.length - 1) continue;
      newlines += 1;
      if (newlines === last) {
        chunks.push(chunk.subarray(at + 1));
        return splitLines(Buffer.concat(chunks.toReversed()));
      }
    }
    chunks.push(chunk);
    end = start;
  }
  const lines = splitLines(Buffer.concat(chunks.toReversed()));
  return from === 0 ? lines : [`(${from} bytes left out)`, ...lines.slice(1)];
}

/** The lines of a text; one that is too long is replaced, for a text of half a gigabyte is none. */
export function splitLines(content: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < content.length;) {
    const found = content.indexOf(NEWLINE, start);
    const end = found === -1 ? content.length : found;
    const isTooLong = end - start > MAX_LINE_BYTES;
    lines.push(isTooLong ? `(a line of ${end - start} bytes)` : content.toString("utf8", start, end));
    start = end + 1;
  }
  return lines;
}

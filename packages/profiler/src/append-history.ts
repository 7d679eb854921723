import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { openRegularFile, type OpenedFile } from "./read-regular-file.ts";
import { MAX_HISTORY_BYTES, splitLines } from "./read-history-lines.ts";

/** How many runs the history keeps where nothing else is asked. */
export const DEFAULT_HISTORY_KEEP = 500;

/** Settings of {@link appendHistory}. */
export interface AppendHistoryOptions {
  /**
   * Number of lines to keep, at least 1.
   * @defaultValue {@link DEFAULT_HISTORY_KEEP}
   */
  readonly keep?: number | undefined;
  /**
   * Wall clock in milliseconds since 1970; tells how old a rewrite is that another process left unfinished.
   * @defaultValue `Date.now()`
   */
  readonly now?: (() => number) | undefined;
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 18;
/** A rewrite takes milliseconds; one older than this was left by a process that is gone. */
const ABANDONED_MS = 60_000;
const MAX_ATTEMPTS = 10;

/** Lines above `keep` that are tolerated before the file is rewritten, so that not every run rewrites it. */
const slackFor = (keep: number): number => Math.max(16, Math.ceil(keep / 10));

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

function openCreating(file: string): number {
  try {
    return openSync(file, "a+");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "a+");
  }
}

function writeAll(fd: number, data: Uint8Array): void {
  for (let written = 0; written < data.length;) written += writeSync(fd, data, written);
}

/** Reads from `offset` to the end. */
function readFrom(fd: number, offset: number): Buffer {
  const chunks: Buffer[] = [];
  for (let position = offset; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, chunk.length, position);
    if (length === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    position += length;
  }
}

function countLines(fd: number): number {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let lines = 0;
  for (let position = 0; ;) {
    const length = readSync(fd, chunk, 0, chunk.length, position);
    if (length === 0) return lines;
    const part = chunk.subarray(0, length);
    for (let at = part.indexOf(NEWLINE); at !== -1; at = part.indexOf(NEWLINE, at + 1)) lines += 1;
    position += length;
  }
}

/** Whether `file` is still the file behind `fd`, which it is not after another process rewrote it. */
function isSameFile(file: string, fd: number): boolean {
  const there = statSync(file, { throwIfNoEntry: false });
  const here = fstatSync(fd);
  return there !== undefined && there.ino === here.ino && there.dev === here.dev;
}

function isJsonLine(line: string): boolean {
  if (!line.startsWith("{")) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The last `keep` lines that are JSON objects, each with its line end. */
function lastGoodLines(content: Buffer, keep: number): string {
  const lines = splitLines(content);
  const kept: string[] = [];
  for (let index = lines.length - 1; index >= 0 && kept.length < keep; index -= 1) {
    const line = lines[index] as string;
    if (isJsonLine(line)) kept.push(`${line}\n`);
  }
  return kept.toReversed().join("");
}

/**
 * Rewrites the file behind `fd` to its last `keep` good lines. The new content's name is also the lock: it exists only while
 * one process rewrites. Lines that others append meanwhile are carried over.
 */
function rewrite(file: string, fd: number, keep: number, now: () => number): void {
  const temporary = `${file}.rewrite`;
  let target: number;
  try {
    target = openSync(temporary, "ax");
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const other = statSync(temporary, { throwIfNoEntry: false });
    // Only removed, not taken over: the next append rewrites, and two processes never believe to hold one lock.
    if (other !== undefined && now() - other.mtimeMs > ABANDONED_MS) rmSync(temporary, { force: true });
    return;
  }
  let renamed = false;
  try {
    // Of a file that grew beyond measure only the end is kept, as only that is read.
    const from = Math.max(0, fstatSync(fd).size - MAX_HISTORY_BYTES);
    const content = readFrom(fd, from);
    let position = from + content.length;
    const carryOver = (): void => {
      const more = readFrom(fd, position);
      writeAll(target, more);
      position += more.length;
    };
    writeAll(target, Buffer.from(lastGoodLines(content, keep)));
    carryOver();
    if (isSameFile(file, fd) && isSameFile(temporary, target)) {
      renameSync(temporary, file);
      renamed = true;
      carryOver();
    }
  } finally {
    closeSync(target);
    if (!renamed) rmSync(temporary, { force: true });
  }
}

/**
 * Appends one line to a history file, in one write at the file's end, so that lines of processes that append at the same time
 * do not mix. A last line that was cut off is ended first, so that it spoils only itself. Missing folders are made.
 *
 * The file is bounded: when it holds more than `keep` lines and some slack (a tenth of `keep`, at least 16), it is replaced by
 * its last `keep` good lines; lines that are not JSON are dropped then. A file above 256 KiB is looked at only once for each
 * 256 KiB that it grows, and may hold that much more. No good line among the last `keep` is lost, also when
 * other processes append meanwhile. Takes time linear in the size of the file when it is looked at, else constant time.
 *
 * @throws {TypeError} when `line` is empty or contains a line end.
 * @throws {RangeError} when `keep` is not a positive integer.
 * @throws the file system's error (`ENOSPC`, `EACCES`, …); the lines before it stay readable.
 */
export function appendHistory(file: string, line: string, options: AppendHistoryOptions = {}): void {
  const keep = options.keep ?? DEFAULT_HISTORY_KEEP;
  if (line === "" || line.includes("\n")) {
    throw new TypeError("Cannot append to history: `line` must be one line of text without its line end");
  }
  if (!Number.isInteger(keep) || keep < 1) {
    throw new RangeError(`Cannot append to history: \`keep\` must be a positive integer, got ${keep}`);
  }
  const bytes = Buffer.from(`${line}\n`);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const fd = openCreating(file);
    try {
      // After the file was replaced under us, the line may already have been carried over.
      if (attempt === 0 || !readFileSync(file).includes(bytes)) {
        writeAll(fd, endsInsideLine(fd) ? Buffer.concat([Buffer.of(NEWLINE), bytes]) : bytes);
      }
      if (!isSameFile(file, fd)) continue;
      if (isTimeToCount(fd, bytes.length) && countLines(fd) > keep + slackFor(keep)) {
        rewrite(file, fd, keep, options.now ?? Date.now);
      }
      return;
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * Cuts a history file down to its last `keep` good lines at once, without the slack that {@link appendHistory} leaves; lines that are not JSON
 * are dropped then. Safe while other processes append. Gives the number of lines that went; 0 where there is no such file.
 *
 * @throws {RangeError} when `keep` is not a positive integer.
 * @throws {UnusableFileError} for what is no file.
 * @throws the file system's error (`ENOSPC`, `EACCES`, …); the file is as it was then.
 */
export function trimHistory(file: string, options: AppendHistoryOptions = {}): number {
  const keep = options.keep ?? DEFAULT_HISTORY_KEEP;
  if (!Number.isInteger(keep) || keep < 1) {
    throw new RangeError(`Cannot trim history: \`keep\` must be a positive integer, got ${keep}`);
  }
  let opened: OpenedFile;
  try {
    opened = openRegularFile(file);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return 0;
    throw error;
  }
  const { fd } = opened;
  try {
    const excess = countLines(fd) - keep;
    if (excess <= 0) return 0;
    rewrite(file, fd, keep, options.now ?? Date.now);
    return isSameFile(file, fd) ? 0 : excess;
  } finally {
    closeSync(fd);
  }
}

/** Counting reads the whole file: done each time while that is one read, then once for each further part of that size. */
function isTimeToCount(fd: number, appendedBytes: number): boolean {
  const { size } = fstatSync(fd);
  return size <= CHUNK_BYTES || Math.floor(size / CHUNK_BYTES) > Math.floor((size - appendedBytes) / CHUNK_BYTES);
}

function endsInsideLine(fd: number): boolean {
  const { size } = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";

/** How much of a log is kept. */
export interface LogLimits {
  /** A log above this size is shortened, in bytes. @defaultValue 128 MiB */
  readonly maxBytes?: number | undefined;
  /** Kept of its beginning and again of its end when it is shortened, in bytes; at most a quarter of `maxBytes`. @defaultValue 16 MiB */
  readonly keptBytes?: number | undefined;
}

/** A log that is kept within its limit. */
export interface LimitedLog {
  /** Looks at its size now. What is appended meanwhile stays, but for what comes in the moment of the cut, and a line tells of that moment. */
  look(): void;
  /** Looks a last time, when nobody writes any more. */
  close(): void;
}

const MAX_BYTES = 128 * 2 ** 20;
const KEPT_BYTES = 16 * 2 ** 20;
/** Room for the lines that tell what is missing. */
const LINES_BYTES = 1_024;
/** Between two looks, in milliseconds: what prints without end fills about 100 MB in it. */
const LOOK_MS = 200;
/** Within so much the cut is moved to where a line ends. */
const MOST_LINE_BYTES = 64 * 1_024;
/** What comes while the end is copied is copied, too, so many times: what prints faster than that is not caught up with. */
const MOST_ROUNDS = 8;
const SEAM = Buffer.from("\n[printed while this log was shortened: lines may be missing here]\n");

/**
 * Keeps what is appended to a log from now on within a limit, so that a step that prints without end does not fill the disk: of what is longer
 * the beginning and the end stay, and a line between them counts what was left out. Only the size is looked at, five times a second, so that an
 * ordinary log costs nothing. Everybody who writes to it must append (`O_APPEND`).
 *
 * @throws RangeError when the limits are no whole numbers above zero, or more is kept than fits
 */
export function limitLog(file: string, { maxBytes = MAX_BYTES, keptBytes = KEPT_BYTES }: LogLimits = {}): LimitedLog {
  const areWhole = Number.isSafeInteger(keptBytes) && keptBytes > 0 && Number.isSafeInteger(maxBytes);
  if (!areWhole || maxBytes < 4 * keptBytes + LINES_BYTES) {
    throw new RangeError(`Cannot limit a log: ${keptBytes} bytes are kept at each end of at most ${maxBytes}`);
  }
  let opened = openLog(file);
  const start = opened === undefined ? 0 : fstatSync(opened).size;
  let cut: Cut | undefined;
  const look = (isLast: boolean): void => {
    try {
      opened ??= openLog(file);
      if (opened === undefined) return;
      const { size, nlink } = fstatSync(opened);
      if (size - start <= maxBytes) return;
      // Nobody will read a log that was removed.
      if (nlink === 0) ftruncateSync(opened, 0);
      else cut = shorten(opened, { start, size, keptBytes, before: cut, isLast });
    } catch {
      // No step's fate hangs on it; the next look may succeed.
    }
  };
  const timer = setInterval(look, LOOK_MS, false);
  timer.unref();
  return {
    look: () => look(false),
    close(): void {
      clearInterval(timer);
      look(true);
      if (opened !== undefined) closeSync(opened);
      opened = undefined;
    },
  };
}

/** `undefined` where there is none yet. A step may have put something else in its place: opening a pipe would wait. */
function openLog(file: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return undefined;
}

/** What is missing of a log. */
interface Cut {
  /** Where the line stands that tells of it. */
  readonly at: number;
  readonly lineBytes: number;
  readonly leftOutBytes: number;
}

/**
 * Moves the end behind the beginning, then cuts off the file there. The place of what is moved is left out anyway, so that whoever goes on
 * appending disturbs nothing.
 */
function shorten(
  fd: number,
  {
    start,
    size,
    keptBytes,
    before,
    isLast,
  }: {
    readonly start: number;
    readonly size: number;
    readonly keptBytes: number;
    readonly before: Cut | undefined;
    readonly isLast: boolean;
  },
): Cut {
  const at = before?.at ?? lastLineEnd(fd, start, start + keptBytes);
  const tail = nextLine(fd, size - keptBytes, size);
  const notOfStep = before === undefined ? 0 : before.lineBytes + SEAM.length;
  const leftOutBytes = (before?.leftOutBytes ?? 0) + tail - at - notOfStep;
  const count = isLast && before === undefined ? leftOutBytes : `at least ${leftOutBytes}`;
  const line = Buffer.from(
    `\n[${count} bytes are left out here: of a log this long the beginning and the end are kept]\n`,
  );
  writeAt(fd, line, at);
  let to = at + line.length;
  for (let [from, end, round] = [tail, size, 0]; from < end && round < MOST_ROUNDS; round++) {
    to += move(fd, from, end, to);
    [from, end] = [end, fstatSync(fd).size];
  }
  if (!isLast) to += writeAt(fd, SEAM, to);
  ftruncateSync(fd, to);
  return { at, lineBytes: line.length, leftOutBytes };
}

/** Behind the last line that ends before `offset`; `offset` itself where none does for long. */
function lastLineEnd(fd: number, start: number, offset: number): number {
  const from = Math.max(start, offset - MOST_LINE_BYTES);
  const index = readAt(fd, from, offset).lastIndexOf("\n");
  return index < 0 ? offset : from + index + 1;
}

/** Where the first line behind `offset` begins; `offset` itself where none does for long. */
function nextLine(fd: number, offset: number, end: number): number {
  const index = readAt(fd, offset, Math.min(end, offset + MOST_LINE_BYTES)).indexOf("\n");
  return index < 0 ? offset : offset + index + 1;
}

function readAt(fd: number, from: number, end: number): Buffer {
  const buffer = Buffer.allocUnsafe(end - from);
  return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from));
}

/** Gives how much was written: all of it. */
function writeAt(fd: number, bytes: Buffer, position: number): number {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
  return written;
}

/** Copies a part of a file to a place before it; gives its length. */
function move(fd: number, from: number, end: number, to: number): number {
  const buffer = Buffer.allocUnsafe(Math.min(end - from, 2 ** 20));
  let moved = 0;
  while (from + moved < end) {
    const length = readSync(fd, buffer, 0, Math.min(buffer.length, end - from - moved), from + moved);
    if (length === 0) break;
    moved += writeAt(fd, buffer.subarray(0, length), to + moved);
  }
  return moved;
}

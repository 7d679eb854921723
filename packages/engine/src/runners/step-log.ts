import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, rmSync, statfsSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StepVerdict } from "./step-run.ts";

/** Room below which a step does not write its log itself, in bytes: that it runs out must not be the step's failure. */
const LITTLE_ROOM_BYTES = 64 * 2 ** 20;

/** Room below which what could not be written may be why a step failed. */
const NO_ROOM_BYTES = 64 * 1_024;

/** Bytes that are taken from the pipe at most when the step has ended; it never holds more, unless something goes on writing. */
const MOST_LEFT_BYTES = 2 ** 20;

/** Where the output of a step goes. */
export interface StepLog {
  /** Descriptor for the step's output. */
  readonly fd: number;
  /** To be called when the step has ended. Gives what became of its output where not all of it was kept. */
  readonly close: () => string | undefined;
}

/** Options of {@link openStepLog}. */
export interface StepLogOptions {
  /** With less room on the disk, in bytes, the output goes through a pipe. @defaultValue 64 MiB */
  readonly littleRoomBytes?: number | undefined;
}

/**
 * Opens the log of a step for appending. The output goes straight to the file, never through memory. Only where the disk is almost full it goes
 * through a pipe into the file as long as there is room, and is dropped after that, so that the step goes on; its log then ends with a line that
 * says so.
 *
 * @throws the file system's error when the log cannot be opened for another reason than a full disk
 */
export function openStepLog(file: string, options: StepLogOptions = {}): StepLog {
  const opened = openUnlessFull(file);
  if (opened !== undefined && roomBytes(path.dirname(file)) >= (options.littleRoomBytes ?? LITTLE_ROOM_BYTES)) {
    return straight(opened, file);
  }
  const pipe = openPipe([tmpdir(), "/dev/shm", path.dirname(file)]);
  if (pipe !== undefined) return drain(pipe, opened, file);
  if (opened !== undefined) return straight(opened, file);
  const nowhere = openSync("/dev/null", "w");
  return {
    fd: nowhere,
    close: () => {
      closeSync(nowhere);
      return `nothing of its output was kept, the disk is full: ${file}`;
    },
  };
}

function straight(fd: number, file: string): StepLog {
  return {
    fd,
    close: () => {
      // A step that cleans up may take the log with it, its own or that of others.
      const isRemoved = fstatSync(fd).nlink === 0;
      closeSync(fd);
      return isRemoved ? `its log was removed before it ended: ${file}` : undefined;
    },
  };
}

/** A failed step on a full disk: it may have failed because it could not write its log, or anything else. */
export function explainFullDisk(verdict: StepVerdict, file: string): StepVerdict {
  if (verdict.outcome !== "failed" || roomBytes(path.dirname(file)) >= NO_ROOM_BYTES) return verdict;
  const known = verdict.message ?? "failed";
  return known.includes("disk is full") ? verdict : { ...verdict, message: `${known}; the disk is full: ${file}` };
}

/** Whether an error tells of a disk without room, for contents or for names. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT";
}

function openUnlessFull(file: string): number | undefined {
  try {
    return openMakingFolder(file);
  } catch (error) {
    if (isDiskFull(error)) return undefined;
    throw error;
  }
}

function openMakingFolder(file: string): number {
  try {
    return openSync(file, "a");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(path.dirname(file), { recursive: true });
    return openSync(file, "a");
  }
}

function roomBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // Where the system does not say, the file itself will.
    return Infinity;
  }
}

interface Pipe {
  readonly read: number;
  readonly write: number;
}

/**
 * A pipe with both ends here. Node gives its children sockets, and what opens `/dev/stdout` cannot open a socket; so it is made by name, and has
 * lost that name when this returns.
 */
function openPipe(folders: readonly string[]): Pipe | undefined {
  for (const folder of folders) {
    const name = path.join(folder, `.ai-workflow-${process.pid}-${randomBytes(8).toString("hex")}`);
    if (spawnSync("mkfifo", ["-m", "600", name], { stdio: "ignore" }).status !== 0) continue;
    try {
      // In this order neither waits for the other.
      const read = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
      return { read, write: openSync(name, constants.O_WRONLY) };
    } catch {
      continue;
    } finally {
      rmSync(name, { force: true });
    }
  }
  return undefined;
}

/** Keeps what comes out of the pipe as long as there is room. */
function drain(pipe: Pipe, log: number | undefined, file: string): StepLog {
  let lostBytes = 0;
  const keep = (chunk: Buffer): void => {
    let written = 0;
    if (lostBytes === 0 && log !== undefined) {
      try {
        while (written < chunk.length) written += writeSync(log, chunk, written);
      } catch {
        // From here on all is dropped: a log with a hole in it would mislead.
      }
    }
    lostBytes += chunk.length - written;
  };
  const socket = new Socket({ fd: pipe.read, readable: true, writable: false });
  // What the step leaves running may go on writing; that keeps nobody here.
  socket.unref();
  socket.on("data", keep);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    if (log !== undefined) closeSync(log);
  });
  return {
    fd: pipe.write,
    close: () => {
      closeSync(pipe.write);
      if (takeRest(pipe.read, keep)) socket.destroy();
      if (lostBytes === 0) return undefined;
      const what =
        log === undefined ? "nothing of its output was kept" : `its log is cut off, ${lostBytes} bytes are missing`;
      if (log !== undefined) markEnd(file, lostBytes);
      return `${what}, the disk is full: ${file}`;
    },
  };
}

/** Takes what is in the pipe. True when nothing has it open any more. */
function takeRest(read: number, keep: (chunk: Buffer) => void): boolean {
  const buffer = Buffer.allocUnsafe(64 * 1_024);
  try {
    for (let taken = 0; taken < MOST_LEFT_BYTES;) {
      const length = readSync(read, buffer);
      if (length === 0) return true;
      keep(buffer.subarray(0, length));
      taken += length;
    }
  } catch {
    // It is empty for now.
  }
  return false;
}

/** Puts a line in the place of the last bytes, which takes no room. */
function markEnd(file: string, lostBytes: number): void {
  try {
    const opened = openSync(file, "r+");
    try {
      const mark = Buffer.from(`\n[cut off here: the disk was full, ${lostBytes} bytes are missing]\n`);
      const { size } = fstatSync(opened);
      if (size >= mark.length) writeSync(opened, mark, 0, mark.length, size - mark.length);
    } finally {
      closeSync(opened);
    }
  } catch {
    // The message of the step says it, too.
  }
}

import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { codeOf, realFiles, replaceFile } from "../files/file-access.ts";

/** The file of {@link createSizeLedger} in the cache directory. */
export const SIZE_FILE = "size.log";

// A process reserves this share of the budget at a time, so that most writes cost no more than a subtraction.
const CHUNKS = 256;
// A pipe in its place would block an ordinary open for ever.
const APPEND_FLAGS =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOFOLLOW ?? 0);
// What stands there cannot be used, but perhaps be replaced; EACCES: it is another user's.
const UNUSABLE: readonly (string | undefined)[] = ["EISDIR", "ENXIO", "ELOOP", "EPIPE", "EAGAIN", "EACCES"];
const HEAD = /^counted (\d{1,16})$/;
const CLAIM = /^\d{1,16}$/;

/** How many bytes the text of a size file accounts for, or `undefined` when it is none or damaged. */
export function parseSizeFile(text: string): number | undefined {
  const lines = text.split("\n");
  const head = HEAD.exec(lines[0] ?? "");
  // Every line is written with its end; a torn one has none.
  if (head === null || lines.pop() !== "") return undefined;
  let total = Number(head[1]);
  for (const line of lines.slice(1)) {
    if (!CLAIM.test(line)) return undefined;
    total += Number(line);
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The size of a directory as all its writers together know it, without listing it. */
export interface SizeLedger {
  /**
   * Reserves room for `bytes` that are about to be written. `count`: the entries must be counted first, because the
   * budget is used up or because nobody has counted yet.
   */
  reserve(bytes: number): "room" | "count";
  /** Whether the budget is used up by what is reserved so far, or nobody has counted. */
  isFull(): boolean;
  /** Where the ledger stands before a count begins; what is reserved later is kept by {@link SizeLedger.restart}. */
  mark(): number;
  /** Begins anew with what was counted. Only under the lock of clean-ups. */
  restart(countedBytes: number, mark: number): void;
}

/**
 * A ledger in `<directory>/size.log`: a line with the size at the last count, then a line for each reservation made since
 * by any process. Reservations are made ahead, a 256th of `maxBytes` at a time, so a killed process has never written
 * more than is accounted for, and n processes hold at most n/256 of the budget unused. Appending needs no lock.
 */
export function createSizeLedger(directory: string, maxBytes: number): SizeLedger {
  const file = join(directory, SIZE_FILE);
  const chunkBytes = Math.max(1, Math.floor(maxBytes / CHUNKS));
  let reservedBytes = 0;

  function append(line: string): void {
    const descriptor = openSync(file, APPEND_FLAGS, 0o600);
    try {
      writeSync(descriptor, line);
    } finally {
      closeSync(descriptor);
    }
  }

  function read(): string {
    try {
      return realFiles.read(file) ?? "";
    } catch (error) {
      if (UNUSABLE.includes(codeOf(error))) return "";
      throw error;
    }
  }

  function isFull(): boolean {
    const total = parseSizeFile(read());
    return total === undefined || total > maxBytes;
  }

  return {
    reserve(bytes): "room" | "count" {
      reservedBytes -= bytes;
      if (reservedBytes >= 0) return "room";
      const claim = Math.max(chunkBytes, -reservedBytes);
      try {
        append(`${claim}\n`);
      } catch (error) {
        reservedBytes = 0;
        // The first write makes the directory, and there is nothing to count.
        if (codeOf(error) === "ENOENT") return "room";
        if (UNUSABLE.includes(codeOf(error))) return "count";
        throw error;
      }
      reservedBytes += claim;
      return isFull() ? "count" : "room";
    },
    isFull,
    mark(): number {
      return read().length;
    },
    restart(countedBytes, mark): void {
      const since = read()
        .slice(mark)
        .replaceAll(/^.*[^\d\n].*\n?/gm, "");
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        realFiles.write(temporary, `counted ${Math.floor(countedBytes)}\n${since}`);
        replaceFile(realFiles, temporary, file);
      } catch (error) {
        realFiles.remove(temporary);
        throw error;
      }
      reservedBytes = 0;
    },
  };
}

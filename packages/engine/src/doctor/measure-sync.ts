import { randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, rmSync, unlinkSync, writeSync } from "node:fs";
import path from "node:path";

/** How long writing took each time, in milliseconds, or why it could not be done. */
export type SyncMeasurement =
  | { readonly ok: true; readonly medianMs: number }
  | { readonly ok: false; readonly code: string };

/** Bytes of one write: a page. */
const BLOCK = Buffer.alloc(4096, 1);
const ROUNDS = 9;
/** Time after which no further round begins, in milliseconds. */
const ENOUGH_MS = 500;

/** `O_TMPFILE` of open(2) without `O_DIRECTORY`, the same on every processor that Node.js runs on. */
const TMPFILE = 0o20_000_000;

/**
 * Measures how long it takes to write a page and have it on the disk of a folder, by the median of some. The file never has a name on Linux
 * where the file system can do that, and elsewhere loses it before anything is written, so that nothing stays when the process is killed or
 * the disk is full; on Windows it is removed afterwards.
 *
 * @param options - `now`: milliseconds that only grow; `isNameless`: whether a file without a name is tried first, default: on Linux
 */
export function measureSync(
  folder: string,
  {
    now = () => performance.now(),
    isNameless = process.platform === "linux",
  }: { readonly now?: () => number; readonly isNameless?: boolean } = {},
): SyncMeasurement {
  try {
    const { file, remove } = openUnseen(folder, isNameless);
    try {
      const times: number[] = [];
      const begun = now();
      while (times.length < ROUNDS && (times.length === 0 || now() - begun < ENOUGH_MS)) {
        const before = now();
        // The last position again each time: the file does not grow.
        writeSync(file, BLOCK, 0, BLOCK.length, 0);
        fsyncSync(file);
        times.push(now() - before);
      }
      times.sort((left, right) => left - right);
      return { ok: true, medianMs: times[Math.floor(times.length / 2)] ?? 0 };
    } finally {
      closeSync(file);
      remove();
    }
  } catch (error) {
    return { ok: false, code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function openUnseen(folder: string, isNameless: boolean): { readonly file: number; readonly remove: () => void } {
  const nothing = (): void => {};
  if (isNameless) {
    try {
      const flags = TMPFILE | constants.O_DIRECTORY | constants.O_RDWR;
      return { file: openSync(folder, flags, 0o600), remove: nothing };
    } catch (error) {
      // Not every file system can, and old kernels take it for opening a folder to write to.
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (!["EOPNOTSUPP", "ENOTSUP", "EISDIR", "EINVAL", "ENOENT", "ENOSYS"].includes(code)) throw error;
    }
  }
  const name = path.join(folder, `.doctor-${randomBytes(6).toString("hex")}.tmp`);
  const file = openSync(name, "wx", 0o600);
  if (process.platform === "win32") return { file, remove: () => rmSync(name, { force: true }) };
  try {
    unlinkSync(name);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return { file, remove: nothing };
}

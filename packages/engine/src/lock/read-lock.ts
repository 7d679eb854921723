import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { parseOwner, type LockOwner } from "./lock-owner.ts";

/** A lock is some hundred bytes long. */
const MAX_BYTES = 64 * 1024;

/** What stands in the place of a lock. */
export interface LockContent {
  /** Tells it from whatever stood there before or comes later. */
  readonly id: string;
  /** `undefined` when it is nothing that was written by a run. */
  readonly owner: LockOwner | undefined;
  readonly isFolder: boolean;
}

/** Reads a lock; `undefined` when there is none or it may not be read. Never waits, whatever stands there. */
export function readLock(file: string): LockContent | undefined {
  let opened: number;
  try {
    // A pipe without a writer would hang, and a link may lead anywhere.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "EACCES" ? undefined : describe(lstatSync(file, { throwIfNoEntry: false }));
  }
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile() || stat.size > MAX_BYTES) return describe(stat);
    const text = readFileSync(opened, "utf8");
    const owner = parseOwner(text);
    return owner === undefined ? describe(stat) : { id: text, owner, isFolder: false };
  } catch {
    return undefined;
  } finally {
    closeSync(opened);
  }
}

function describe(stat: Stats | undefined): LockContent | undefined {
  if (stat === undefined) return undefined;
  return { id: `${stat.ino} ${stat.size} ${stat.ctimeMs}`, owner: undefined, isFolder: stat.isDirectory() };
}

import { randomUUID } from "node:crypto";
import { closeSync, futimesSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { codeOf } from "../files/file-access.ts";
import { readSmallFile } from "../files/read-small-file.ts";
import { encodeLockOwner, parseLockOwner, type LockOwner } from "./lock-owner.ts";

const MAX_LOCK_BYTES = 4096;
// Some file systems know no second name of a file.
const NO_LINKS: readonly (string | undefined)[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** A lock file as it was at one look. */
export interface LockSight {
  /** Who holds it; `undefined` when the file is empty or damaged. */
  readonly owner: LockOwner | undefined;
  /** Its last heartbeat: when the file was modified, in milliseconds since the Unix epoch. */
  readonly beatMs: number;
}

/** Whether both looks showed the same lock and heartbeat. */
export function isSameLock(a: LockSight | undefined, b: LockSight | undefined): boolean {
  return a !== undefined && b !== undefined && a.owner?.token === b.owner?.token && a.beatMs === b.beatMs;
}

/** The lock under a name, whatever stands there, or `undefined` when nothing can be seen. Never throws. */
export function lookAtLock(file: string): LockSight | undefined {
  try {
    const beatMs = lstatSync(file).mtimeMs;
    return { owner: parseLockOwner(readSmallFile(file, MAX_LOCK_BYTES) ?? ""), beatMs };
  } catch {
    return undefined;
  }
}

function writeLock(file: string, owner: LockOwner, nowMs: number): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    writeFileSync(descriptor, encodeLockOwner(owner));
    futimesSync(descriptor, nowMs / 1000, nowMs / 1000);
  } catch (error) {
    // The disk is full: half a lock must not hold anybody up.
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Creates a lock with its first heartbeat at `nowMs`. It appears together with its owner's name, because nobody could tell
 * an empty lock of a killed process from one about to be written. Throws what the file system throws: `EEXIST` when it is
 * held.
 */
export function createLockFile(file: string, owner: LockOwner, nowMs: number): void {
  // Most locks that are held are seen here, at the cost of one call.
  if (lookAtLock(file) !== undefined) throw Object.assign(new Error(`The lock is held: ${file}`), { code: "EEXIST" });
  const aside = `${file}.${owner.token}`;
  writeLock(aside, owner, nowMs);
  try {
    linkSync(aside, file);
  } catch (error) {
    if (!NO_LINKS.includes(codeOf(error))) throw error;
    writeLock(file, owner, nowMs);
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Moves the lock that was `seen` out of the way; whether it was that one. Of several who try, one succeeds; one who was
 * late and moved the new owner's lock finds out by its token and puts it back. Throws what the file system throws.
 */
export function takeLockAway(file: string, seen: LockSight): boolean {
  const aside = `${file}.${randomUUID()}`;
  if (!isSameLock(lookAtLock(file), seen)) return false;
  renameSync(file, aside);
  const isTaken = isSameLock(lookAtLock(aside), seen);
  try {
    if (!isTaken) linkSync(aside, file);
  } catch {
    // A third has locked meanwhile; the one whose lock was moved finds out when it looks.
  }
  rmSync(aside, { recursive: true, force: true });
  return isTaken;
}

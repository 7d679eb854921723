import { randomUUID } from "node:crypto";
import { rmSync, utimesSync } from "node:fs";
import { codeOf } from "../files/file-access.ts";
import { createLockFile, lookAtLock, takeLockAway, type LockSight } from "./lock-file.ts";
import { isOwnerGone, SILENCE_LIMIT_MS } from "./lock-owner.ts";
import { identifyThisProcess, isProcessRunning } from "./process-identity.ts";

const PAUSE_MS = 5;

/** A lock while it is held. */
export interface DirectoryLock {
  /** Whether this holder still has it. Ask right before the one step that must not be done by two. */
  isHeld(): boolean;
  /** A sign of life, for work that takes longer than a second or two. */
  refresh(): void;
}

/** Options of {@link withDirectoryLock}. */
export interface DirectoryLockOptions {
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** How long to wait for another holder, in milliseconds; the thread sleeps. @defaultValue 0 */
  readonly waitMs?: number | undefined;
  /** Sleeps. @defaultValue `Atomics.wait`, which blocks the thread */
  readonly pause?: ((ms: number) => void) | undefined;
}

/** What came of the work, or that another holder kept the lock. */
export type LockOutcome<T> = { readonly held: true; readonly value: T } | { readonly held: false };

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isLeftBehind({ owner, beatMs }: LockSight, nowMs: number): boolean {
  const observer = { machine: identifyThisProcess().machine, isRunning: isProcessRunning };
  const silentMs = nowMs - beatMs;
  // The work under these locks gives signs of life: a silent holder was stopped, or its clock was ahead.
  if (Math.abs(silentMs) >= SILENCE_LIMIT_MS) return true;
  return isOwnerGone({ owner, silentMs, unchangedMs: 0 }, observer, SILENCE_LIMIT_MS);
}

/** Whether the lock in `file` has lost its holder: the process is gone, or silent for {@link SILENCE_LIMIT_MS}. */
export function isStaleLock(file: string, nowMs: number): boolean {
  const seen = lookAtLock(file);
  return seen !== undefined && isLeftBehind(seen, nowMs);
}

/**
 * Does `work` while no other process does anything under the same lock, a file that names its holder. A holder that is
 * gone or silent loses it to the next who asks. Nobody waits longer than `waitMs`.
 *
 * The lock is advisory and, as no file system gives more, not proof against a holder that is stopped for long and wakes
 * up: hence {@link DirectoryLock.isHeld}, and work that does no harm when done twice.
 *
 * @throws what the file system throws where the lock cannot be written, and what `work` throws
 */
export function withDirectoryLock<T>(
  file: string,
  options: DirectoryLockOptions,
  work: (lock: DirectoryLock) => T,
): LockOutcome<T> {
  const { now, waitMs = 0, pause = block } = options;
  const token = randomUUID();
  const isHeld = (): boolean => lookAtLock(file)?.owner?.token === token;

  function tryToCreate(): boolean {
    try {
      createLockFile(file, { ...identifyThisProcess(), token }, now());
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  function tryToTakeOver(): boolean {
    const seen = lookAtLock(file);
    if (seen === undefined) return tryToCreate();
    if (!isLeftBehind(seen, now())) return false;
    try {
      takeLockAway(file, seen);
    } catch (error) {
      // Another took it away first.
      if (codeOf(error) !== "ENOENT") throw error;
    }
    return tryToCreate();
  }

  // Counted, not timed: a clock that stands still must not make anybody wait for ever.
  let pausesLeft = Math.ceil(waitMs / PAUSE_MS);
  while (!tryToCreate() && !tryToTakeOver()) {
    if (pausesLeft <= 0) return { held: false };
    pausesLeft -= 1;
    pause(PAUSE_MS);
  }
  try {
    const refresh = (): void => {
      if (isHeld()) utimesSync(file, now() / 1000, now() / 1000);
    };
    return { held: true, value: work({ isHeld, refresh }) };
  } finally {
    if (isHeld()) rmSync(file, { force: true });
  }
}

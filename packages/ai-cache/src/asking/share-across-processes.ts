import type { LockWatch } from "../locks/create-entry-locks.ts";

const SHORTEST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;
const WAIT_GROWTH = 1.5;

/**
 * How long to wait before looking for the `pollCount`th time (from 0), in milliseconds: drawn between 50 and a limit that
 * grows to 500, so that those who began together do not look together. `random` is at least 0 and below 1.
 */
export function pollDelayMs(pollCount: number, random: number): number {
  const limitMs = Math.min(LONGEST_WAIT_MS, 2 * SHORTEST_WAIT_MS * WAIT_GROWTH ** pollCount);
  return SHORTEST_WAIT_MS + random * (limitMs - SHORTEST_WAIT_MS);
}

/** How one process takes part in a question that others may be asking. */
export interface Sharing<T> {
  readonly lock: LockWatch;
  /** Whether to take the lock, so that others wait for this answer; otherwise only theirs is waited for. */
  readonly takesLock: boolean;
  /** How long to wait for others at most, in milliseconds. */
  readonly followMaxMs: number;
  readonly signal: AbortSignal;
  /** Resolves after `ms`, or rejects when `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called once, when others are waited for. */
  readonly onWait: () => void;
  /** At least 0 and below 1. */
  readonly random: () => number;
  /** The answer of another process, if it is there. */
  readonly find: () => T | undefined;
  /** Asks. */
  readonly compute: () => Promise<T>;
}

/**
 * The answer of the process that holds the lock, or else that of `compute`, run under the lock. Who finds neither an answer
 * nor a holder (it failed, was killed, or its answer could not be stored) becomes the holder, one at a time; who has waited
 * for `followMaxMs` computes without. The lock is let go as soon as `signal` aborts, not only when `compute` has noticed.
 */
export async function shareAcrossProcesses<T>(sharing: Sharing<T>): Promise<T> {
  const { lock, signal, find, compute } = sharing;
  let totalMs = 0;
  let waitedMs = 0;
  for (let pollCount = 0; ; pollCount += 1) {
    signal.throwIfAborted();
    const found = pollCount === 0 ? undefined : find();
    if (found !== undefined) return found;
    if (sharing.takesLock) {
      const attempt = lock.tryAcquire(waitedMs);
      if (attempt.status === "unavailable") return compute();
      if (attempt.status === "acquired") return holding(attempt.release, sharing);
    } else if (!lock.isHeld(waitedMs)) {
      // The holder may have stored its answer and let go between the two looks.
      return find() ?? compute();
    }
    if (totalMs >= sharing.followMaxMs) return compute();
    if (pollCount === 0) sharing.onWait();
    waitedMs = Math.min(pollDelayMs(pollCount, sharing.random()), sharing.followMaxMs - totalMs);
    totalMs += waitedMs;
    await sharing.wait(waitedMs, signal);
  }
}

async function holding<T>(release: () => void, { signal, find, compute }: Sharing<T>): Promise<T> {
  signal.addEventListener("abort", release, { once: true });
  try {
    // The last holder may have stored its answer between the look-up and the lock.
    return find() ?? (await compute());
  } finally {
    signal.removeEventListener("abort", release);
    release();
  }
}

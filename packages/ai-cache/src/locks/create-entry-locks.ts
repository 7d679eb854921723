import { randomUUID } from "node:crypto";
import { rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { createCacheDirectory } from "../files/create-cache-directory.ts";
import { codeOf } from "../files/file-access.ts";
import { fanOutFolder, listFanOut } from "../files/list-fan-out.ts";
import type { CacheKey } from "../key/create-cache-key.ts";
import { createLockFile, isSameLock, lookAtLock, takeLockAway, type LockSight } from "./lock-file.ts";
import { HEARTBEAT_MS, isOwnerGone, SILENCE_LIMIT_MS, type LockObserver } from "./lock-owner.ts";
import { identifyThisProcess, isProcessRunning, type ProcessIdentity } from "./process-identity.ts";

const LOCK_NAME = /^[0-9a-f]{64}\.lock(?<aside>\.[0-9a-f-]{36})?$/;

/** What one attempt at a lock came to. `unavailable`: no lock can be had in this directory, so go on without. */
export type LockAttempt =
  | { readonly status: "acquired"; readonly release: () => void }
  | { readonly status: "held" }
  | { readonly status: "unavailable" };

/** One observer's view of the lock of one key. */
export interface LockWatch {
  /** Takes the lock if it is free or its owner is gone. `waitedMs`: how long since the last look. */
  tryAcquire(waitedMs: number): LockAttempt;
  /** Whether somebody who is not gone holds the lock. Takes nothing and changes nothing. */
  isHeld(waitedMs: number): boolean;
}

/** Advisory locks on the keys of one cache directory, between processes. */
export interface EntryLocks {
  watch(key: CacheKey): LockWatch;
  /** Removes the locks whose owners are gone and returns how many; those of other machines only after `silenceLimitMs`. */
  deleteAbandoned(silenceLimitMs: number): number;
  /** Lets go of every lock that is held here. */
  releaseAll(): void;
}

/** The world as locks see it. */
export interface LockWorld {
  /** Who this process is. */
  readonly identify: () => ProcessIdentity;
  readonly isRunning: LockObserver["isRunning"];
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls `beat` every `ms` until the returned function is called, without keeping the process alive. */
  readonly every: (ms: number, beat: () => void) => () => void;
}

/** The world of this process. */
export function realLockWorld(now: () => number): LockWorld {
  return {
    identify: identifyThisProcess,
    isRunning: isProcessRunning,
    now,
    every(ms, beat): () => void {
      const timer = setInterval(beat, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/**
 * Locks of one file a key, `<directory>/<first two digits>/<key>.lock`, created exclusively. It names the owner's process,
 * whose heartbeat is the file's modification time. They are advice: whoever cannot lock asks all the same, and an answer
 * is as right without. A lock is removed by its owner alone, or when the owner is gone.
 */
export function createEntryLocks(directory: string, world: LockWorld): EntryLocks {
  const held = new Map<string, string>();
  // Asked for when it is needed: opening a cache must read nothing.
  const observer: LockObserver = {
    get machine() {
      return world.identify().machine;
    },
    isRunning: world.isRunning,
  };
  let stopHeart: (() => void) | undefined;

  function forget(file: string): void {
    held.delete(file);
    if (held.size > 0) return;
    stopHeart?.();
    stopHeart = undefined;
  }

  function beat(): void {
    for (const [file, token] of held) {
      // Whoever took it over believed this process gone; the lock is theirs now.
      if (lookAtLock(file)?.owner?.token !== token) forget(file);
      else setBeat(file);
    }
  }

  function setBeat(file: string): void {
    try {
      utimesSync(file, world.now() / 1000, world.now() / 1000);
    } catch {
      // Gone between the two calls, or the disk is read-only by now: others will think this process gone.
    }
  }

  function release(file: string, token: string): void {
    if (held.get(file) !== token) return;
    forget(file);
    try {
      if (lookAtLock(file)?.owner?.token === token) rmSync(file, { force: true });
    } catch {
      // Without heartbeats it counts as abandoned soon.
    }
  }

  function create(file: string, token: string): void {
    createLockFile(file, { ...world.identify(), token }, world.now());
  }

  function acquire(key: CacheKey, file: string): LockAttempt {
    const token = randomUUID();
    try {
      try {
        create(file, token);
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
        createCacheDirectory(directory, fanOutFolder(key));
        create(file, token);
      }
    } catch (error) {
      return { status: codeOf(error) === "EEXIST" ? "held" : "unavailable" };
    }
    held.set(file, token);
    stopHeart ??= world.every(HEARTBEAT_MS, beat);
    return { status: "acquired", release: () => release(file, token) };
  }

  return {
    watch(key): LockWatch {
      const file = join(directory, fanOutFolder(key), `${key}.lock`);
      let last: LockSight | undefined;
      let unchangedMs = 0;

      // The lock as it is now, and whether its owner is gone.
      function observe(waitedMs: number): { readonly sight: LockSight; readonly isGone: boolean } | undefined {
        const sight = lookAtLock(file);
        unchangedMs = isSameLock(sight, last) ? unchangedMs + waitedMs : 0;
        last = sight;
        if (sight === undefined) return undefined;
        const sighting = { owner: sight.owner, silentMs: world.now() - sight.beatMs, unchangedMs };
        return { sight, isGone: isOwnerGone(sighting, observer, SILENCE_LIMIT_MS) };
      }

      return {
        tryAcquire(waitedMs): LockAttempt {
          const attempt = acquire(key, file);
          if (attempt.status !== "held") return attempt;
          const observed = observe(waitedMs);
          // Let go between the two calls: the next look will show whether another has it.
          if (observed === undefined || !observed.isGone) return attempt;
          try {
            return takeLockAway(file, observed.sight) ? acquire(key, file) : attempt;
          } catch (error) {
            // Another took it away first; or it is not ours to take, and waiting for a ghost is no use.
            return codeOf(error) === "ENOENT" ? attempt : { status: "unavailable" };
          }
        },
        isHeld(waitedMs): boolean {
          return observe(waitedMs)?.isGone === false;
        },
      };
    },
    deleteAbandoned(silenceLimitMs): number {
      let deletedCount = 0;
      for (const file of lockFiles(directory)) {
        const sight = lookAtLock(file.path);
        if (sight === undefined) continue;
        const silentMs = world.now() - sight.beatMs;
        const sighting = { owner: sight.owner, silentMs, unchangedMs: 0 };
        try {
          if (!isOwnerGone(sighting, observer, silenceLimitMs)) continue;
          if (file.isAside) rmSync(file.path, { recursive: true, force: true });
          else if (!takeLockAway(file.path, sight)) continue;
          deletedCount += 1;
        } catch {
          // Its owner let go meanwhile, or it belongs to someone else.
        }
      }
      return deletedCount;
    },
    releaseAll(): void {
      for (const [file, token] of held) release(file, token);
    },
  };
}

function* lockFiles(directory: string): Generator<{ readonly path: string; readonly isAside: boolean }> {
  for (const { folder, name } of listFanOut(directory)) {
    const match = LOCK_NAME.exec(name);
    if (match === null) continue;
    yield { path: join(directory, folder, name), isAside: match.groups?.["aside"] !== undefined };
  }
}

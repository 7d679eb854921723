import { join } from "node:path";
import type { CleanupReport } from "../ai-cache.ts";
import type { CheckedOptions } from "../cache-options.ts";
import type { CacheStore, StoredEntry } from "../entries/cache-store.ts";
import { isMissing } from "../files/file-access.ts";
import type { CacheKey } from "../key/create-cache-key.ts";
import { withDirectoryLock, type DirectoryLock } from "../locks/directory-lock.ts";
import type { Listing } from "../statistics/cache-index.ts";
import type { CacheCounters } from "../statistics/create-cache-counters.ts";
import { chooseEvictions } from "./choose-evictions.ts";
import { CLEANUP_LOCK } from "./classify-file.ts";
import { CLEANUP_INTERVAL_MS, isCleanupDue, readCleanupStamp, stampCleanup } from "./daily-cleanup.ts";
import { createSizeLedger } from "./size-ledger.ts";
import { sweepDirectory, type SweptFiles } from "./sweep-directory.ts";

// As long as an eviction of its own would keep a process from its work.
const EVICTION_WAIT_MS = 1000;
const CLEANUP_WAIT_MS = 10_000;
const REFRESH_EVERY = 500;

/** What may stay. */
export interface Limits {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/** What housekeeping works on. */
export interface House {
  readonly options: CheckedOptions;
  readonly disk: CacheStore;
  readonly counters: CacheCounters;
  /** Told what could not be removed. */
  readonly warn: (key: CacheKey | undefined, cause: unknown) => void;
  /** Lets go of an entry in memory. */
  readonly forget: (key: CacheKey) => void;
  /** Removes locks on questions whose holders are gone and returns how many. */
  readonly deleteAbandonedLocks: () => number;
  /** Sleeps while another process cleans up. @defaultValue blocks the thread */
  readonly pause?: ((ms: number) => void) | undefined;
}

/** Keeps a cache directory within its limits, one process at a time. */
export interface Housekeeping {
  /** Makes room for an entry of `bytes` about to be written; once a day also cleans up. Throws what the file system throws, and where there is no room and none to be made. */
  beforeWrite(bytes: number): void;
  /** Removes what is over the limits, damaged, misplaced or abandoned. */
  cleanup(limits: Limits): CleanupReport;
  /** What is in the directory. */
  list(): Listing;
}

type Step = "evict" | "daily" | "thorough";

const NOTHING_SWEPT: SweptFiles = { temporaryFileCount: 0, lockFileCount: 0, misplacedCount: 0 };

/** Housekeeping in the directory of `house`. */
export function createHousekeeping(house: House): Housekeeping {
  const { options, disk, counters, warn, forget, pause } = house;
  const { directory, ttlMs, maxBytes, now } = options;
  const lockFile = join(directory, CLEANUP_LOCK);
  const ledger = createSizeLedger(directory, maxBytes);
  let checkedMs: number | undefined;
  // Who waited in vain once does not wait again until the lock was to be had.
  let isBlocked = false;

  /** Deletes what `keys` names and returns what is left of `entries`. */
  function drop(entries: readonly StoredEntry[], keys: Iterable<CacheKey>, lock?: DirectoryLock): StoredEntry[] {
    const dropped = new Set<CacheKey>();
    for (const key of keys) {
      try {
        forget(key);
        disk.delete(key);
        dropped.add(key);
      } catch (error) {
        warn(key, error);
      }
      if (dropped.size % REFRESH_EVERY === 0) lock?.refresh();
    }
    return entries.filter(({ key }) => !dropped.has(key));
  }

  /** The keys of entries that can never be served: empty ones and, when every entry is read, damaged ones. Those of a newer format are none. */
  function* findDamaged(
    entries: readonly StoredEntry[],
    isThorough: boolean,
    lock?: DirectoryLock,
  ): Generator<CacheKey> {
    let readCount = 0;
    for (const { key, sizeBytes } of entries) {
      const read = sizeBytes === 0 || isThorough ? disk.get(key) : undefined;
      if (read?.found === false && (read.reason === "corrupt" || read.reason === "unreadable")) yield key;
      readCount += 1;
      if (readCount % REFRESH_EVERY === 0) lock?.refresh();
    }
  }

  function sweep(removesMisplaced: boolean): SweptFiles {
    const lockFileCount = house.deleteAbandonedLocks();
    const swept = sweepDirectory(directory, now(), removesMisplaced);
    return { ...swept, lockFileCount: swept.lockFileCount + lockFileCount };
  }

  function run(step: Step, limits: Limits, lock?: DirectoryLock): CleanupReport {
    const mark = ledger.mark();
    const entries = disk.list();
    const sizeOf = (list: readonly StoredEntry[]): number => list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    lock?.refresh();
    const whole = step === "evict" ? entries : drop(entries, findDamaged(entries, step === "thorough", lock), lock);
    const kept = drop(whole, chooseEvictions(whole, { ...limits, nowMs: now() }), lock);
    const keptBytes = sizeOf(kept);
    counters.counts.evicted += whole.length - kept.length;
    counters.counts.damaged += entries.length - whole.length;
    if (lock !== undefined) attempt(() => ledger.restart(keptBytes, mark));
    const swept = step === "evict" ? NOTHING_SWEPT : sweep(step === "thorough");
    return {
      evictedCount: whole.length - kept.length,
      damagedCount: entries.length - whole.length,
      freedBytes: sizeOf(entries) - keptBytes,
      ...swept,
      keptCount: kept.length,
      keptBytes,
    };
  }

  // A clean-up is what makes room on a full disk: that its own notes find none must not end it.
  function attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      warn(undefined, error);
    }
  }

  function finishCleanup(): void {
    counters.counts.cleanup += 1;
    attempt(() => stampCleanup(directory, now()));
  }

  function cleanUpDaily(): void {
    const nowMs = now();
    if (checkedMs !== undefined && Math.abs(nowMs - checkedMs) < CLEANUP_INTERVAL_MS) return;
    checkedMs = nowMs;
    if (!isCleanupDue(readCleanupStamp(directory), nowMs)) return;
    withDirectoryLock(lockFile, { now }, (lock) => {
      // Another process may have done it between the look at the stamp and the lock.
      if (!isCleanupDue(readCleanupStamp(directory), nowMs)) return;
      run("daily", { maxAgeMs: ttlMs, maxBytes }, lock);
      finishCleanup();
    });
  }

  function keepBudget(bytes: number): void {
    if (ledger.reserve(bytes) === "room") return;
    const waitMs = isBlocked ? 0 : EVICTION_WAIT_MS;
    const outcome = withDirectoryLock(lockFile, { now, waitMs, pause }, (lock) => {
      // Whoever had the lock before may have made room.
      if (ledger.isFull()) {
        run("evict", { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Math.max(0, maxBytes - bytes) }, lock);
      }
    });
    isBlocked = !outcome.held;
    if (isBlocked && ledger.isFull()) throw new Error("another process has been making room for too long");
    // The count knows nothing of what is about to be written.
    ledger.reserve(bytes);
  }

  return {
    beforeWrite(bytes): void {
      try {
        cleanUpDaily();
      } catch (error) {
        // Without a directory there is nothing to clean.
        if (!isMissing(error)) warn(undefined, error);
      }
      keepBudget(bytes);
    },
    cleanup(limits): CleanupReport {
      try {
        const outcome = withDirectoryLock(lockFile, { now, waitMs: CLEANUP_WAIT_MS, pause }, (lock) => {
          const report = run("thorough", limits, lock);
          finishCleanup();
          return report;
        });
        if (outcome.held) return outcome.value;
      } catch (error) {
        if (!isMissing(error)) warn(undefined, error);
      }
      // Nothing there, no lock to be had, or somebody evicts without end: removing twice does no harm.
      return run("thorough", limits);
    },
    list(): Listing {
      const entries = disk.list();
      return {
        atMs: now(),
        entryCount: entries.length,
        sizeBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        oldestMs: entries.reduce<number | undefined>(
          (oldest, { lastUsedMs }) => (oldest === undefined ? lastUsedMs : Math.min(oldest, lastUsedMs)),
          undefined,
        ),
      };
    },
  };
}

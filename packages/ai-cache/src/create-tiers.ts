import type { CleanupReport } from "./ai-cache.ts";
import { accepts, type AnswerCheck } from "./answer-check.ts";
import { encodeEntry, type CacheEntry, type RejectReason } from "./cache-entry.ts";
import type { CheckedOptions } from "./cache-options.ts";
import type { MissReason } from "./cache-stats.ts";
import { chooseEvictions } from "./choose-evictions.ts";
import type { CacheCounters } from "./create-cache-counters.ts";
import type { CacheKey } from "./create-cache-key.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { DiskStore } from "./disk-store.ts";

// The time of use is noted at most this often, so that reading stays reading.
const TOUCH_INTERVAL_MS = 60 * 60 * 1000;
// A temporary file this old has lost its writer.
const TEMPORARY_FILE_MAX_AGE_MS = 60 * 60 * 1000;
// What other processes wrote is counted again after this share of the budget was written by this one.
const RECOUNT_SHARE = 0.1;

/** What a look-up found. */
export type Lookup =
  | { readonly found: true; readonly source: "memory" | "disk"; readonly entry: CacheEntry }
  | { readonly found: false; readonly reason: MissReason };

/** What became of an answer. */
export interface StoreOutcome {
  /** Whether it is in a tier now. */
  readonly stored: boolean;
  /** Why it was refused, if it was. */
  readonly rejectReason: RejectReason | undefined;
}

/** Memory over disk, within the limits of the options. */
export interface Tiers {
  /** As {@link Tiers.lookUp}, but of the disk alone: what other processes wrote. */
  lookUpOnDisk(key: CacheKey, isValid: AnswerCheck, isReadOnly: boolean): Lookup;
  /** The entry under `key`, if it is fresh and `isValid` accepts it. With `isReadOnly` the disk is left as it is. */
  lookUp(key: CacheKey, isValid: AnswerCheck, isReadOnly: boolean): Lookup;
  /** Puts a whole answer into both tiers. What the disk refuses is a warning, not an error. */
  store(entry: CacheEntry): StoreOutcome;
  /** Removes what is over the limits, and abandoned temporary files. */
  evict(limits: { readonly maxAgeMs: number; readonly maxBytes: number }): Omit<CleanupReport, "lockFileCount">;
  /** Removes every entry and returns how many the disk held. Throws what the file system throws. */
  clear(): number;
}

/** The two tiers of a cache over `disk`; `warn` is told what could not be written. */
export function createTiers(
  options: CheckedOptions,
  disk: DiskStore,
  counters: CacheCounters,
  warn: (key: CacheKey, cause: unknown) => void,
): Tiers {
  const { ttlMs, maxBytes, memoryMaxBytes, now } = options;
  const memory = memoryMaxBytes === 0 ? undefined : createMemoryStore(memoryMaxBytes);

  // What the directory holds as far as this process knows: unknown until the first write, as opening must not scan.
  let knownBytes: number | undefined;
  let writtenSinceCountBytes = 0;

  function findStale(entry: CacheEntry, isValid: AnswerCheck): MissReason | undefined {
    const nowMs = now();
    if (entry.createdMs > nowMs) return "from-the-future";
    if (nowMs >= entry.expiresMs || nowMs - entry.createdMs >= ttlMs) return "expired";
    return accepts(isValid, entry.answer) ? undefined : "invalid";
  }

  function touch(key: CacheKey, lastUsedMs: number): void {
    const usedMs = now();
    if (usedMs - lastUsedMs < TOUCH_INTERVAL_MS) return;
    memory?.touch(key, usedMs);
    disk.touch(key, usedMs);
  }

  function evict(limits: {
    readonly maxAgeMs: number;
    readonly maxBytes: number;
  }): Omit<CleanupReport, "lockFileCount"> {
    const entries = disk.list();
    const sizes = new Map(entries.map(({ key, sizeBytes }) => [key, sizeBytes]));
    let evictedCount = 0;
    let freedBytes = 0;
    for (const key of chooseEvictions(entries, { ...limits, nowMs: now() })) {
      try {
        memory?.delete(key);
        disk.delete(key);
        evictedCount += 1;
        freedBytes += sizes.get(key) ?? 0;
      } catch (error) {
        warn(key, error);
      }
    }
    const keptBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - freedBytes;
    counters.counts.evicted += evictedCount;
    knownBytes = keptBytes;
    writtenSinceCountBytes = 0;
    const temporaryFileCount = disk.deleteTemporaryFiles(now() - TEMPORARY_FILE_MAX_AGE_MS);
    return { evictedCount, freedBytes, temporaryFileCount, keptCount: entries.length - evictedCount, keptBytes };
  }

  function keepBudget(addedBytes: number): void {
    writtenSinceCountBytes += addedBytes;
    if (knownBytes !== undefined) knownBytes += addedBytes;
    const isDueForRecount = knownBytes === undefined || writtenSinceCountBytes > maxBytes * RECOUNT_SHARE;
    if (isDueForRecount || (knownBytes ?? 0) > maxBytes) evict({ maxAgeMs: Number.POSITIVE_INFINITY, maxBytes });
  }

  function lookUpOnDisk(key: CacheKey, isValid: AnswerCheck, isReadOnly: boolean): Lookup {
    const read = disk.get(key);
    if (!read.found) return { found: false, reason: read.reason };
    const staleness = findStale(read.entry, isValid);
    if (staleness !== undefined) return { found: false, reason: staleness };
    memory?.put(read.entry, encodeEntry(read.entry));
    if (!isReadOnly) touch(key, read.lastUsedMs);
    return { found: true, source: "disk", entry: read.entry };
  }

  return {
    lookUpOnDisk,
    lookUp(key, isValid, isReadOnly): Lookup {
      const held = memory?.get(key);
      // What is stale in memory may have been renewed on disk by another process.
      if (held?.found === true && findStale(held.entry, isValid) === undefined) {
        if (!isReadOnly) touch(key, held.lastUsedMs);
        return { found: true, source: "memory", entry: held.entry };
      }
      return lookUpOnDisk(key, isValid, isReadOnly);
    },
    store(entry): StoreOutcome {
      const bytes = encodeEntry(entry);
      if (bytes.byteLength > maxBytes) return { stored: false, rejectReason: "too-large" };
      const isHeld = memory?.put(entry, bytes) === true;
      try {
        disk.put(entry, bytes);
        keepBudget(bytes.byteLength);
      } catch (error) {
        warn(entry.key, error);
        return { stored: isHeld, rejectReason: undefined };
      }
      return { stored: true, rejectReason: undefined };
    },
    evict,
    clear(): number {
      for (const { key } of memory?.list() ?? []) memory?.delete(key);
      let clearedCount = 0;
      for (const { key } of disk.list()) if (disk.delete(key)) clearedCount += 1;
      disk.deleteTemporaryFiles(now() - TEMPORARY_FILE_MAX_AGE_MS);
      knownBytes = undefined;
      return clearedCount;
    },
  };
}

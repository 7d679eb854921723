import type { CheckedOptions } from "../cache-options.ts";
import type { MissReason } from "../cache-stats.ts";
import type { CacheKey } from "../key/create-cache-key.ts";
import { accepts, type AnswerCheck } from "./answer-check.ts";
import { encodeEntry, type CacheEntry, type RejectReason } from "./cache-entry.ts";
import type { CacheStore } from "./cache-store.ts";
import { createMemoryStore } from "./memory-store.ts";

// The time of use is noted at most this often, so that reading stays reading.
const TOUCH_INTERVAL_MS = 60 * 60 * 1000;

/** What a look-up found. */
export type Lookup =
  | { readonly found: true; readonly source: "memory" | "disk"; readonly entry: CacheEntry }
  | { readonly found: false; readonly reason: MissReason };

/** What {@link Tiers.inspect} saw. */
export interface Inspection {
  readonly state: "memory" | "disk" | MissReason;
  readonly entry: CacheEntry | undefined;
}

/** What became of an answer. */
export interface StoreOutcome {
  /** Whether it is in a tier now. */
  readonly stored: boolean;
  /** Why it was refused, if it was. */
  readonly rejectReason: RejectReason | undefined;
}

/** Memory over disk, within the limits of the options. */
export interface Tiers {
  /** Where the entry is served from, or why not, and the entry though it be stale. Changes nothing. */
  inspect(key: CacheKey): Inspection;
  /** The entry on disk, fresh or not. Changes nothing. */
  readDisk(key: CacheKey): CacheEntry | undefined;
  /** As {@link Tiers.lookUp}, but of the disk alone: what other processes wrote. */
  lookUpOnDisk(key: CacheKey, isValid: AnswerCheck, isReadOnly: boolean): Lookup;
  /** The entry under `key`, if it is fresh and `isValid` accepts it. With `isReadOnly` the disk is left as it is. */
  lookUp(key: CacheKey, isValid: AnswerCheck, isReadOnly: boolean): Lookup;
  /** Puts a whole answer into both tiers. What the disk refuses is a warning, not an error. */
  store(entry: CacheEntry): StoreOutcome;
  /** Lets go of an entry in memory. */
  forget(key: CacheKey): void;
  /** Removes every entry from both tiers and returns how many the disk held. Throws what the file system throws. */
  clear(): number;
}

/** The two tiers of a cache over `disk`; `beforeWrite` makes room there, `warn` is told what could not be written. */
export function createTiers(
  options: CheckedOptions,
  disk: CacheStore,
  beforeWrite: (bytes: number) => void,
  warn: (key: CacheKey, cause: unknown) => void,
): Tiers {
  const { ttlMs, maxBytes, memoryMaxBytes, now } = options;
  const memory = memoryMaxBytes === 0 ? undefined : createMemoryStore(memoryMaxBytes);

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

  function lookUpOnDisk(key: CacheKey, isValid: AnswerCheck, isReadOnly: boolean): Lookup {
    const read = disk.get(key);
    if (!read.found) return { found: false, reason: read.reason };
    const staleness = findStale(read.entry, isValid);
    if (staleness !== undefined) return { found: false, reason: staleness };
    memory?.hold(read.entry, read.sizeBytes, read.lastUsedMs);
    if (!isReadOnly) touch(key, read.lastUsedMs);
    return { found: true, source: "disk", entry: read.entry };
  }

  return {
    inspect(key): Inspection {
      const held = memory?.get(key);
      if (held?.found === true && findStale(held.entry, undefined) === undefined) {
        return { state: "memory", entry: held.entry };
      }
      const read = disk.get(key);
      if (!read.found) return { state: read.reason, entry: undefined };
      return { state: findStale(read.entry, undefined) ?? "disk", entry: read.entry };
    },
    readDisk(key): CacheEntry | undefined {
      const read = disk.get(key);
      return read.found ? read.entry : undefined;
    },
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
        beforeWrite(bytes.byteLength);
        disk.put(entry, bytes);
      } catch (error) {
        warn(entry.key, error);
        return { stored: isHeld, rejectReason: undefined };
      }
      return { stored: true, rejectReason: undefined };
    },
    forget(key): void {
      memory?.delete(key);
    },
    clear(): number {
      for (const { key } of memory?.list() ?? []) memory?.delete(key);
      let clearedCount = 0;
      for (const { key } of disk.list()) if (disk.delete(key)) clearedCount += 1;
      return clearedCount;
    },
  };
}

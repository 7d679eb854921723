import { LRUCache } from "lru-cache";
import type { CacheKey } from "../key/create-cache-key.ts";
import { ownEntry, type CacheEntry } from "./cache-entry.ts";
import type { CacheStore, StoredEntry, StoreRead } from "./cache-store.ts";

interface Held {
  readonly entry: CacheEntry;
  readonly sizeBytes: number;
  lastUsedMs: number;
}

/** A {@link CacheStore} in memory, and what only memory can do. */
export interface MemoryStore extends CacheStore {
  /**
   * Stores an entry that another store gave, of `sizeBytes` when encoded, without a copy: such an entry is frozen. `false`:
   * declined as too large.
   */
  hold(entry: CacheEntry, sizeBytes: number, lastUsedMs: number): boolean;
}

/** A store in memory that holds at most `maxBytes` of encoded entries and lets the least recently used go first. */
export function createMemoryStore(maxBytes: number): MemoryStore {
  const held = new LRUCache<CacheKey, Held>({ maxSize: maxBytes, sizeCalculation: ({ sizeBytes }) => sizeBytes });
  function hold(entry: CacheEntry, sizeBytes: number, lastUsedMs: number): boolean {
    if (sizeBytes > maxBytes) {
      held.delete(entry.key);
      return false;
    }
    held.set(entry.key, { entry, sizeBytes, lastUsedMs });
    return true;
  }

  return {
    hold,
    get(key): StoreRead {
      const found = held.get(key);
      if (found === undefined) return { found: false, reason: "absent" };
      return { found: true, entry: found.entry, sizeBytes: found.sizeBytes, lastUsedMs: found.lastUsedMs };
    },
    put(entry, bytes): boolean {
      // A copy of its own: what the caller does to its answer afterwards must not reach the next one.
      return hold(ownEntry(entry), bytes.byteLength, entry.createdMs);
    },
    touch(key, usedMs): void {
      const found = held.get(key);
      if (found !== undefined) found.lastUsedMs = usedMs;
    },
    delete(key): boolean {
      return held.delete(key);
    },
    list(): StoredEntry[] {
      return Array.from(held.entries(), ([key, { sizeBytes, lastUsedMs }]) => ({ key, sizeBytes, lastUsedMs }));
    },
  };
}

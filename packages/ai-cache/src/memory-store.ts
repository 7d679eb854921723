import { LRUCache } from "lru-cache";
import { decodeEntry, type CacheEntry } from "./cache-entry.ts";
import type { CacheStore, StoredEntry, StoreRead } from "./cache-store.ts";
import type { CacheKey } from "./create-cache-key.ts";

interface Held {
  readonly entry: CacheEntry;
  readonly sizeBytes: number;
  lastUsedMs: number;
}

/** A store in memory that holds at most `maxBytes` of encoded entries and lets the least recently used go first. */
export function createMemoryStore(maxBytes: number): CacheStore {
  const held = new LRUCache<CacheKey, Held>({ maxSize: maxBytes, sizeCalculation: ({ sizeBytes }) => sizeBytes });
  return {
    get(key): StoreRead {
      const found = held.get(key);
      if (found === undefined) return { found: false, reason: "absent" };
      return { found: true, entry: found.entry, lastUsedMs: found.lastUsedMs };
    },
    put(entry, bytes): boolean {
      // Its own frozen copy: what the caller does to its answer afterwards must not reach the next one.
      const copy = decodeEntry(bytes, entry.key);
      if (!copy.ok || bytes.byteLength > maxBytes) {
        held.delete(entry.key);
        return false;
      }
      held.set(entry.key, { entry: copy.entry, sizeBytes: bytes.byteLength, lastUsedMs: entry.createdMs });
      return true;
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

import type { CacheKey } from "../key/create-cache-key.ts";
import type { CacheEntry, DecodeProblem } from "./cache-entry.ts";

/** What a store found under a key; the entry is frozen all the way down. `unreadable`: something is there that cannot be read as a file. */
export type StoreRead =
  | { readonly found: true; readonly entry: CacheEntry; readonly sizeBytes: number; readonly lastUsedMs: number }
  | { readonly found: false; readonly reason: "absent" | "unreadable" | DecodeProblem };

/** What a store knows of an entry without decoding it. */
export interface StoredEntry {
  readonly key: CacheKey;
  readonly sizeBytes: number;
  readonly lastUsedMs: number;
}

/**
 * A place for entries. Reading never throws, and never returns anything but what was put: damage is a reason, not an
 * error. Writing may throw what the system throws. All calls are synchronous: at these sizes a synchronous file call
 * costs less than scheduling one, and nothing can come between a look-up and what follows from it.
 */
export interface CacheStore {
  /** The entry under `key`, or why there is none. */
  get(key: CacheKey): StoreRead;
  /** Stores `entry`, its `bytes` being its encoded form, as last used at `entry.createdMs`. `false`: declined as too large. */
  put(entry: CacheEntry, bytes: Buffer): boolean;
  /** Notes the time of use that eviction goes by. */
  touch(key: CacheKey, usedMs: number): void;
  /** Removes what is under `key`; whether there was anything. */
  delete(key: CacheKey): boolean;
  /** All that is stored, in no particular order. */
  list(): StoredEntry[];
}

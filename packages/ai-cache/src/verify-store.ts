import type { CacheStore, StoreRead } from "./cache-store.ts";
import type { CacheKey } from "./create-cache-key.ts";

/** An entry that would never be served. */
export interface DamagedEntry {
  /** The key its file name claims. */
  readonly key: CacheKey;
  /** What is wrong with it. */
  readonly reason: "corrupt" | "newer-format" | "unreadable";
}

/** What a check of every entry found. */
export interface VerifyReport {
  /** How many entries were read. */
  readonly checkedCount: number;
  /** How many of them are whole. */
  readonly validCount: number;
  /** The others, by key. */
  readonly damaged: readonly DamagedEntry[];
}

/** Reads every entry of `store` and says which ones are damaged. Changes nothing. */
export function verifyStore(store: CacheStore): VerifyReport {
  let checkedCount = 0;
  const damaged: DamagedEntry[] = [];
  for (const { key } of store.list()) {
    const read: StoreRead = store.get(key);
    if (!read.found && read.reason === "absent") continue;
    checkedCount += 1;
    if (!read.found && read.reason !== "absent") damaged.push({ key, reason: read.reason });
  }
  damaged.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { checkedCount, validCount: checkedCount - damaged.length, damaged };
}

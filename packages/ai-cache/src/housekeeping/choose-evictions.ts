import type { StoredEntry } from "../entries/cache-store.ts";
import type { CacheKey } from "../key/create-cache-key.ts";

/** Share of the byte budget that is left filled when it was exceeded, so that the next write does not evict again. */
const KEPT_SHARE = 0.8;
// Clocks of several machines differ; a use further ahead was noted while a clock was wrong, and must not last until then.
const FUTURE_TOLERANCE_MS = 24 * 60 * 60 * 1000;

/** What a store may hold. */
export interface EvictionLimits {
  /** The time now, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** How long an entry may lie unused. */
  readonly maxAgeMs: number;
  /** How many bytes all entries together may take. */
  readonly maxBytes: number;
}

/**
 * The keys to drop: all entries unused for longer than `maxAgeMs` and, when the rest takes more than `maxBytes`, the
 * least recently used ones until at most 80 % of it is taken, those used more than a day after now first of all. Ties go
 * by key. Takes O(n log n) for n entries.
 */
export function chooseEvictions(entries: readonly StoredEntry[], limits: EvictionLimits): CacheKey[] {
  const evicted: CacheKey[] = [];
  const kept: StoredEntry[] = [];
  for (const entry of entries) {
    if (limits.nowMs - entry.lastUsedMs > limits.maxAgeMs) evicted.push(entry.key);
    else kept.push(entry);
  }
  let totalBytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes <= limits.maxBytes) return evicted;
  const rank = ({ lastUsedMs }: StoredEntry): number =>
    lastUsedMs - limits.nowMs > FUTURE_TOLERANCE_MS ? Number.NEGATIVE_INFINITY : lastUsedMs;
  kept.sort((a, b) => {
    const rankA = rank(a);
    const rankB = rank(b);
    if (rankA === rankB) return a.key < b.key ? -1 : 1;
    return rankA - rankB;
  });
  for (const { key, sizeBytes } of kept) {
    if (totalBytes <= limits.maxBytes * KEPT_SHARE) break;
    evicted.push(key);
    totalBytes -= sizeBytes;
  }
  return evicted;
}

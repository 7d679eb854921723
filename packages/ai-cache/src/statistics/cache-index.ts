import { isCount } from "../is-count.ts";
import { parseCounters, type Counters } from "./counters.ts";

/** Version of `index.json`. Another one is read as none. */
export const INDEX_VERSION = 1;

const BYTES_PER_MB = 1024 * 1024;

/** The statistics of one cache directory over all processes, under the names of the file. Times are milliseconds. */
export interface CacheIndexStats {
  /** Calls: `hits` + `misses` + `coalesced`, always. */
  readonly total_calls: number;
  /** Calls answered from a tier. */
  readonly hits: number;
  /** Calls answered from no tier. */
  readonly misses: number;
  /** Calls that shared the answer to the same question asked a moment before. */
  readonly coalesced: number;
  /** `hits` / `total_calls`, from 0 to 1; 0 before the first call. */
  readonly hit_rate: number;
  /** Mean time from the call to its answer, over all calls that got one (hit, computed or coalesced). */
  readonly avg_response_time_ms: number;
  /** The same over hits. */
  readonly avg_hit_time_ms: number;
  /** The same over misses that were answered. */
  readonly avg_miss_time_ms: number;
  /** Input and output tokens that were not paid again. */
  readonly total_tokens_saved: number;
  /** The same apart. */
  readonly tokens_saved: { readonly input: number; readonly output: number };
  /** Cost that was not paid again, in US dollars, where the stored answers say what they cost. */
  readonly cost_saved_usd: number;
  /** Time that was not waited again: that of the stored calls. */
  readonly time_saved_ms: number;
  /** Hits by tier. */
  readonly hits_by_tier: { readonly memory: number; readonly disk: number };
  /** Misses by reason; reasons that never occurred are left out. */
  readonly misses_by_reason: Readonly<Record<string, number>>;
  /** Answers handed out but not stored, by reason; reasons that never occurred are left out. */
  readonly rejected_by_reason: Readonly<Record<string, number>>;
  /** Answers stored. */
  readonly stored: number;
  /** Computations that gave no answer. */
  readonly failed: number;
  /** Entries removed to keep the limits. */
  readonly evicted: number;
  /** Damaged entries that a clean-up removed. */
  readonly damaged_removed: number;
  /** Writes to disk that failed. */
  readonly write_failures: number;
  /** Clean-ups, automatic and asked for. */
  readonly cleanup_runs: number;
  /** Size of all entries, in units of 1,048,576 bytes, when they were last counted (`listed`). */
  readonly cache_size_mb: number;
  /** Entries when they were last counted. */
  readonly entries: number;
  /** The time of last use of the entry unused for longest, ISO 8601; `null` when there was none. Noted at most once an hour for an entry. */
  readonly oldest_entry: string | null;
  /** When the entries were last counted, ISO 8601; `null`: never. */
  readonly listed: string | null;
}

/** What `index.json` says. */
export interface CacheIndex {
  /** {@link INDEX_VERSION}. */
  readonly version: 1;
  /** When the file was written, ISO 8601. */
  readonly updated: string;
  /** When counting began, ISO 8601: later than the cache, if the file was lost in between. */
  readonly since: string;
  /** The statistics. */
  readonly stats: CacheIndexStats;
}

/** What a listing of all entries says of them. */
export interface Listing {
  /** When it was made, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** How many entries there are. */
  readonly entryCount: number;
  /** Their size. */
  readonly sizeBytes: number;
  /** The earliest time of last use; `undefined` without entries. */
  readonly oldestMs: number | undefined;
}

/** What is known of a cache directory, of which the statistics are made. */
export interface KnownStatistics {
  readonly sinceMs: number;
  readonly counters: Counters;
  /** Names of journal segments that are in the counters, for as long as they are there. */
  readonly absorbed: readonly string[];
  readonly listing: Listing | undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= 8.64e15;
}

function toIso(ms: number): string {
  return new Date(isTime(ms) ? ms : 0).toISOString();
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

// A forged count may be a tiny fraction, and then a quotient is infinite.
function mean(sum: number, count: number): number {
  return count < 1 ? 0 : round(sum / count);
}

/** The statistics that `counters` (the paths of `CacheStats`) and a listing amount to. Whatever they are, no result is infinite and the calls add up. */
export function summarise(counters: Counters, listing: Listing | undefined): CacheIndexStats {
  const get = (name: string): number => counters.get(name) ?? 0;
  const below = (prefix: string): Record<string, number> =>
    Object.fromEntries(
      [...counters]
        .filter(([name, count]) => name.startsWith(prefix) && count > 0)
        .map(([name, count]): [string, number] => [name.slice(prefix.length), count])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  const missesByReason = below("misses.");
  const hits = get("hits.memory") + get("hits.disk");
  const misses = Object.values(missesByReason).reduce((sum, count) => sum + count, 0);
  const coalesced = get("coalescedCount");
  const calls = hits + misses + coalesced;
  const input = get("savedTokens.inputTokens");
  const output = get("savedTokens.outputTokens");
  const answered = { hit: get("answered.hit"), miss: get("answered.miss"), coalesced: get("answered.coalesced") };
  const time = { hit: get("responseMs.hit"), miss: get("responseMs.miss"), coalesced: get("responseMs.coalesced") };
  return {
    total_calls: calls,
    hits,
    misses,
    coalesced,
    hit_rate: calls === 0 ? 0 : hits / calls,
    avg_response_time_ms: mean(
      time.hit + time.miss + time.coalesced,
      answered.hit + answered.miss + answered.coalesced,
    ),
    avg_hit_time_ms: mean(time.hit, answered.hit),
    avg_miss_time_ms: mean(time.miss, answered.miss),
    total_tokens_saved: input + output,
    tokens_saved: { input, output },
    cost_saved_usd: Math.round(get("savedCostUsd") * 1e6) / 1e6,
    time_saved_ms: round(get("savedMs")),
    hits_by_tier: { memory: get("hits.memory"), disk: get("hits.disk") },
    misses_by_reason: missesByReason,
    rejected_by_reason: below("rejected."),
    stored: get("storedCount"),
    failed: get("failedCount"),
    evicted: get("evictedCount"),
    damaged_removed: get("damagedCount"),
    write_failures: get("writeFailureCount"),
    cleanup_runs: get("cleanupCount"),
    cache_size_mb: round((listing?.sizeBytes ?? 0) / BYTES_PER_MB),
    entries: listing?.entryCount ?? 0,
    oldest_entry: listing?.oldestMs === undefined ? null : toIso(listing.oldestMs),
    listed: listing === undefined ? null : toIso(listing.atMs),
  };
}

/** {@link KnownStatistics} as they are published. */
export function toCacheIndex(known: KnownStatistics, updatedMs: number): CacheIndex {
  return {
    version: INDEX_VERSION,
    updated: toIso(updatedMs),
    since: toIso(known.sinceMs),
    stats: summarise(known.counters, known.listing),
  };
}

/** The text of `index.json`: first what people read, then what the next merge goes on from. */
export function formatIndex(known: KnownStatistics, updatedMs: number): string {
  const { sinceMs, counters, absorbed, listing } = known;
  const state = { sinceMs, counters: Object.fromEntries(counters), absorbed, ...(listing && { listing }) };
  return `${JSON.stringify({ ...toCacheIndex(known, updatedMs), state }, undefined, 2)}\n`;
}

function parseListing(value: unknown): Listing | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { atMs, entryCount, sizeBytes, oldestMs } = value as Partial<Listing>;
  if (!isTime(atMs) || !isCount(entryCount) || !isCount(sizeBytes)) return undefined;
  return { atMs, entryCount, sizeBytes, oldestMs: isTime(oldestMs) ? oldestMs : undefined };
}

/** What a text that should be an `index.json` says, or `undefined`: missing, torn, of another version, nonsense. Never throws. */
export function parseIndex(text: string | undefined): KnownStatistics | undefined {
  try {
    const index = JSON.parse(text ?? "") as { version?: unknown; state?: Record<string, unknown> } | null;
    const { sinceMs, counters: counts, absorbed, listing } = index?.state ?? {};
    const counters = parseCounters(counts);
    if (index?.version !== INDEX_VERSION || counters === undefined || !isTime(sinceMs)) return undefined;
    if (!Array.isArray(absorbed) || !absorbed.every((name) => typeof name === "string")) return undefined;
    return { sinceMs, counters, absorbed, listing: parseListing(listing) };
  } catch {
    return undefined;
  }
}

import { AiCacheError } from "./errors.ts";
import { encodeEntry, findRejectReason, type CacheEntry, type ModelAnswer, type RejectReason } from "./cache-entry.ts";
import type { CacheStats, MissReason } from "./cache-stats.ts";
import { chooseEvictions } from "./choose-evictions.ts";
import { createCacheKey, type CacheKey, type CacheKeyParts } from "./create-cache-key.ts";
import { createDiskStore } from "./disk-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createSingleFlight } from "./create-single-flight.ts";
import { verifyStore, type VerifyReport } from "./verify-store.ts";

/** How long an answer is served when nothing else is said: a day, in milliseconds. */
export const DEFAULT_TTL_MS: number = 24 * 60 * 60 * 1000;
/** How much the disk tier may hold when nothing else is said: 100 MiB, in bytes. */
export const DEFAULT_MAX_BYTES: number = 100 * 1024 * 1024;
/** How much the memory tier may hold when nothing else is said: 16 MiB, in bytes. */
export const DEFAULT_MEMORY_MAX_BYTES: number = 16 * 1024 * 1024;

// The time of use is noted at most this often, so that reading stays reading.
const TOUCH_INTERVAL_MS = 60 * 60 * 1000;
// A temporary file this old has lost its writer.
const TEMPORARY_FILE_MAX_AGE_MS = 60 * 60 * 1000;
// What other processes wrote is counted again after this share of the budget was written by this one.
const RECOUNT_SHARE = 0.1;

/**
 * What a call may do with the cache.
 *
 * - `on`: look up; on a miss compute and store.
 * - `off`: compute, whatever else goes on; no look-up, no store, not shared with others.
 * - `read-only`: look up; on a miss compute, but write nothing.
 * - `refresh`: do not look up; compute and store.
 * - `replay`: look up; a miss is an error. For runs that must not call a provider.
 */
export type CacheMode = "on" | "off" | "read-only" | "refresh" | "replay";

/** Options of {@link openAiCache}. */
export interface AiCacheOptions {
  /** Where the disk tier lives. Created at the first write. */
  readonly directory: string;
  /** How long an answer is served, in milliseconds. Holds at writing and at reading, so shortening it works at once. @defaultValue {@link DEFAULT_TTL_MS} */
  readonly ttlMs?: number | undefined;
  /** How many bytes of entries the directory may hold; beyond that, eviction down to 80 %. @defaultValue {@link DEFAULT_MAX_BYTES} */
  readonly maxBytes?: number | undefined;
  /** How many bytes of encoded entries memory may hold; 0 for no memory tier. @defaultValue {@link DEFAULT_MEMORY_MAX_BYTES} */
  readonly memoryMaxBytes?: number | undefined;
  /** The clock, in milliseconds since the Unix epoch. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
  /** Told once, when the disk tier could not be written; the cache goes on without. */
  readonly onWarning?: ((warning: AiCacheError) => void) | undefined;
}

/** Options of one {@link AiCache.getOrCompute} call. */
export interface GetOrComputeOptions {
  /** Aborts this call. Others waiting for the same answer are not disturbed. */
  readonly signal?: AbortSignal | undefined;
  /** What the call may do with the cache. @defaultValue `"on"` */
  readonly mode?: CacheMode | undefined;
  /** Whether an answer is what was asked for, such as valid against the schema. Others are neither stored nor served from the cache. */
  readonly isValid?: ((answer: ModelAnswer) => boolean) | undefined;
}

/** Asks the model. Its signal aborts when nobody waits for the answer any more. */
export type ComputeAnswer = (context: { readonly signal: AbortSignal }) => Promise<ModelAnswer>;

/** An answer and where it comes from. */
export type CacheResult =
  | { readonly source: "memory" | "disk"; readonly key: CacheKey; readonly answer: ModelAnswer }
  | {
      readonly source: "computed" | "coalesced";
      readonly key: CacheKey;
      readonly answer: ModelAnswer;
      /** Why it was not in the cache. */
      readonly missReason: MissReason;
      /** Whether it is in the cache now. */
      readonly stored: boolean;
      /** Why it was refused by the cache, if it was. */
      readonly rejectReason?: RejectReason | undefined;
    };

/** Limits of one {@link AiCache.cleanup}. */
export interface CleanupOptions {
  /** How long an entry may lie unused, in milliseconds. @defaultValue the cache's `ttlMs` */
  readonly maxAgeMs?: number | undefined;
  /** How many bytes of entries may stay. @defaultValue the cache's `maxBytes` */
  readonly maxBytes?: number | undefined;
}

/** What a clean-up did. */
export interface CleanupReport {
  /** Entries removed. */
  readonly evictedCount: number;
  /** Their size. */
  readonly freedBytes: number;
  /** Abandoned temporary files removed. */
  readonly temporaryFileCount: number;
  /** Entries left. */
  readonly keptCount: number;
  /** Their size. */
  readonly keptBytes: number;
}

/** A cache of model answers. */
export interface AiCache {
  /**
   * The stored answer to the question `parts`, or else the one that `compute` gives, asked once for all callers that
   * wait for it in this process. Only whole answers are stored: `stop`, not empty, valid. Others are returned as they are.
   *
   * @throws {TypeError} for parts that make no key
   * @throws {AiCacheError} AI_CACHE_REPLAY_MISS – in mode `replay`, when there is no answer to replay
   * @throws what `compute` throws, or the reason of `signal`
   */
  getOrCompute(parts: CacheKeyParts, compute: ComputeAnswer, options?: GetOrComputeOptions): Promise<CacheResult>;
  /** Removes what is over the limits from the disk tier, and abandoned temporary files. Reads the whole directory. */
  cleanup(options?: CleanupOptions): CleanupReport;
  /** Reads every entry on disk and says which are damaged. Changes nothing; damaged entries are never served anyway. */
  verify(): VerifyReport;
  /** Removes every entry from both tiers and returns how many the disk held. Throws what the file system throws. */
  clear(): number;
  /** What this cache did since it was opened. */
  stats(): CacheStats;
}

interface Caller {
  readonly writes: boolean;
  readonly isValid: ((answer: ModelAnswer) => boolean) | undefined;
}

interface Computed {
  readonly answer: ModelAnswer;
  readonly stored: boolean;
  readonly rejectReason: RejectReason | undefined;
}

type Lookup =
  | { readonly found: true; readonly source: "memory" | "disk"; readonly entry: CacheEntry }
  | { readonly found: false; readonly reason: MissReason };

// A check that stumbles over an answer has not accepted it.
function accepts(isValid: Caller["isValid"], answer: ModelAnswer): boolean {
  try {
    return isValid === undefined || isValid(answer);
  } catch {
    return false;
  }
}

function requireCount(name: string, value: number, minimum: number): number {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new RangeError(`Cannot open AI cache: \`${name}\` must be an integer of at least ${minimum}, got ${value}`);
  }
  return value;
}

/**
 * A cache of model answers, in memory over a directory of JSON files. Opening it touches neither.
 *
 * @throws {TypeError} when `directory` is not a path
 * @throws {RangeError} when a limit is not an integer in range
 * @example
 * ```ts
 * const cache = openAiCache({ directory: ".workflow/ai-cache" });
 * const { answer, source } = await cache.getOrCompute({ provider, model, prompt }, ({ signal }) => ask(prompt, signal));
 * ```
 */
export function openAiCache(options: AiCacheOptions): AiCache {
  const { directory, onWarning } = options;
  const clock = options.now ?? ((): number => Date.now());
  const now = (): number => Math.floor(clock());
  if (typeof directory !== "string" || directory === "") {
    throw new TypeError("Cannot open AI cache: `directory` must be a path");
  }
  const ttlMs = requireCount("ttlMs", options.ttlMs ?? DEFAULT_TTL_MS, 1);
  const maxBytes = requireCount("maxBytes", options.maxBytes ?? DEFAULT_MAX_BYTES, 1);
  const memoryMaxBytes = requireCount("memoryMaxBytes", options.memoryMaxBytes ?? DEFAULT_MEMORY_MAX_BYTES, 0);

  const disk = createDiskStore(directory, maxBytes);
  const memory = memoryMaxBytes === 0 ? undefined : createMemoryStore(memoryMaxBytes);
  const flights = createSingleFlight<Caller, Computed>();

  const hits = { memory: 0, disk: 0 };
  const misses: Record<MissReason, number> = {
    absent: 0,
    expired: 0,
    "from-the-future": 0,
    corrupt: 0,
    "newer-format": 0,
    unreadable: 0,
    invalid: 0,
    bypassed: 0,
  };
  const rejected: Record<RejectReason, number> = {
    truncated: 0,
    "content-filter": 0,
    refusal: 0,
    "not-stopped": 0,
    empty: 0,
    invalid: 0,
    "not-json": 0,
    "too-large": 0,
  };
  const counts = { call: 0, coalesced: 0, stored: 0, failed: 0, evicted: 0, writeFailure: 0 };
  const saved = { inputTokens: 0, outputTokens: 0, ms: 0 };

  // What the directory holds as far as this process knows: unknown until the first write, as opening must not scan.
  let knownBytes: number | undefined;
  let writtenSinceCountBytes = 0;

  function noteSaving(answer: ModelAnswer, computeMs: number): void {
    saved.inputTokens += answer.usage?.inputTokens ?? 0;
    saved.outputTokens += answer.usage?.outputTokens ?? 0;
    saved.ms += computeMs;
  }

  function findStale(entry: CacheEntry, isValid: Caller["isValid"]): MissReason | undefined {
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

  function lookUp(key: CacheKey, isValid: Caller["isValid"], isReadOnly: boolean): Lookup {
    const held = memory?.get(key);
    // What is stale in memory may have been renewed on disk by another process.
    if (held?.found === true && findStale(held.entry, isValid) === undefined) {
      if (!isReadOnly) touch(key, held.lastUsedMs);
      return { found: true, source: "memory", entry: held.entry };
    }
    const read = disk.get(key);
    if (!read.found) return { found: false, reason: read.reason };
    const staleness = findStale(read.entry, isValid);
    if (staleness !== undefined) return { found: false, reason: staleness };
    memory?.put(read.entry, encodeEntry(read.entry));
    if (!isReadOnly) touch(key, read.lastUsedMs);
    return { found: true, source: "disk", entry: read.entry };
  }

  function evict(limits: { readonly maxAgeMs: number; readonly maxBytes: number }): CleanupReport {
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
    counts.evicted += evictedCount;
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

  let hasWarned = false;
  function warn(key: CacheKey, cause: unknown): void {
    counts.writeFailure += 1;
    if (hasWarned) return;
    hasWarned = true;
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
    const message = `Cannot write to the AI cache directory (${why}): going on without what could not be written`;
    onWarning?.(new AiCacheError("AI_CACHE_WRITE_FAILED", message, key, cause));
  }

  function store(entry: CacheEntry): Omit<Computed, "answer"> {
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
  }

  async function computeAndStore(
    key: CacheKey,
    parts: CacheKeyParts,
    compute: ComputeAnswer,
    signal: AbortSignal,
    callers: ReadonlySet<Caller>,
  ): Promise<Computed> {
    const startedMs = now();
    const answer = await compute({ signal });
    signal.throwIfAborted();
    const writers = [...callers].filter(({ writes }) => writes);
    if (writers.length === 0) return { answer, stored: false, rejectReason: undefined };
    const createdMs = now();
    const computeMs = Math.max(0, Math.round(createdMs - startedMs));
    const expiresMs = Math.min(createdMs + ttlMs, Number.MAX_SAFE_INTEGER);
    const { provider, model } = parts;
    const isValid = writers.every((writer) => accepts(writer.isValid, answer));
    const refusal = findRejectReason(answer) ?? (isValid ? undefined : "invalid");
    const outcome =
      refusal === undefined
        ? store({ key, createdMs, expiresMs, computeMs, provider, model, answer })
        : { stored: false, rejectReason: refusal };
    if (outcome.stored) counts.stored += 1;
    if (outcome.rejectReason !== undefined) rejected[outcome.rejectReason] += 1;
    return { answer, ...outcome };
  }

  return {
    async getOrCompute(parts, compute, callOptions = {}): Promise<CacheResult> {
      const { signal, mode = "on", isValid } = callOptions;
      const key = createCacheKey(parts);
      signal?.throwIfAborted();
      counts.call += 1;

      if (mode === "off") {
        misses.bypassed += 1;
        try {
          const answer = await compute({ signal: signal ?? new AbortController().signal });
          return { source: "computed", key, answer, missReason: "bypassed", stored: false };
        } catch (error) {
          counts.failed += 1;
          throw error;
        }
      }

      const isReadOnly = mode === "read-only" || mode === "replay";
      const lookup: Lookup =
        mode === "refresh" ? { found: false, reason: "bypassed" } : lookUp(key, isValid, isReadOnly);
      if (lookup.found) {
        hits[lookup.source] += 1;
        noteSaving(lookup.entry.answer, lookup.entry.computeMs);
        return { source: lookup.source, key, answer: lookup.entry.answer };
      }
      if (mode === "replay") {
        misses[lookup.reason] += 1;
        const message = `Cannot replay a model answer: the cache has none (${lookup.reason})`;
        throw new AiCacheError("AI_CACHE_REPLAY_MISS", message, key);
      }

      const caller: Caller = { writes: !isReadOnly, isValid };
      const boarding = flights.join(
        key,
        caller,
        async (flightSignal, callers) => {
          try {
            return await computeAndStore(key, parts, compute, flightSignal, callers);
          } catch (error) {
            counts.failed += 1;
            throw error;
          }
        },
        signal,
      );
      if (boarding.isLeader) misses[lookup.reason] += 1;
      else counts.coalesced += 1;
      const { answer, stored, rejectReason } = await boarding.outcome;
      if (!boarding.isLeader) noteSaving(answer, 0);
      const source = boarding.isLeader ? "computed" : "coalesced";
      return { source, key, answer, missReason: lookup.reason, stored, ...(rejectReason && { rejectReason }) };
    },
    cleanup(limits = {}): CleanupReport {
      return evict({
        maxAgeMs: requireCount("maxAgeMs", limits.maxAgeMs ?? ttlMs, 0),
        maxBytes: requireCount("maxBytes", limits.maxBytes ?? maxBytes, 0),
      });
    },
    verify(): VerifyReport {
      return verifyStore(disk);
    },
    clear(): number {
      for (const { key } of memory?.list() ?? []) memory?.delete(key);
      let clearedCount = 0;
      for (const { key } of disk.list()) if (disk.delete(key)) clearedCount += 1;
      disk.deleteTemporaryFiles(now() - TEMPORARY_FILE_MAX_AGE_MS);
      knownBytes = undefined;
      return clearedCount;
    },
    stats(): CacheStats {
      return {
        callCount: counts.call,
        hits: { ...hits },
        misses: { ...misses },
        coalescedCount: counts.coalesced,
        storedCount: counts.stored,
        rejected: { ...rejected },
        failedCount: counts.failed,
        evictedCount: counts.evicted,
        writeFailureCount: counts.writeFailure,
        savedTokens: { inputTokens: saved.inputTokens, outputTokens: saved.outputTokens },
        savedMs: saved.ms,
      };
    },
  };
}

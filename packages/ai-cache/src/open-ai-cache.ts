import type { AiCache, CacheResult, CleanupReport } from "./ai-cache.ts";
import { checkOptions, requireCount, type AiCacheOptions } from "./cache-options.ts";
import type { CacheStats } from "./cache-stats.ts";
import { computeEntry, type Caller, type Computed } from "./compute-entry.ts";
import { createCacheCounters } from "./create-cache-counters.ts";
import { createCacheKey } from "./create-cache-key.ts";
import { createSingleFlight } from "./create-single-flight.ts";
import { createTiers, type Lookup } from "./create-tiers.ts";
import { createWriteWarning } from "./create-write-warning.ts";
import { createDiskStore } from "./disk-store.ts";
import { AiCacheError } from "./errors.ts";
import { verifyStore, type VerifyReport } from "./verify-store.ts";

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
  const checked = checkOptions(options);
  const { directory, ttlMs, maxBytes } = checked;
  const counters = createCacheCounters();
  const { counts, hits, misses } = counters;
  const disk = createDiskStore(directory, maxBytes);
  const warn = createWriteWarning(counters, checked.onWarning);
  const tiers = createTiers(checked, disk, counters, warn);
  const flights = createSingleFlight<Caller, Computed>();

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
        mode === "refresh" ? { found: false, reason: "bypassed" } : tiers.lookUp(key, isValid, isReadOnly);
      if (lookup.found) {
        hits[lookup.source] += 1;
        counters.noteSaving(lookup.entry.answer, lookup.entry.computeMs);
        return { source: lookup.source, key, answer: lookup.entry.answer };
      }
      if (mode === "replay") {
        misses[lookup.reason] += 1;
        const message = `Cannot replay a model answer: the cache has none (${lookup.reason})`;
        throw new AiCacheError("AI_CACHE_REPLAY_MISS", message, key);
      }

      const boarding = flights.join(
        key,
        { writes: !isReadOnly, isValid },
        async (flightSignal, callers) => {
          try {
            return await computeEntry({ key, parts, compute, signal: flightSignal, callers }, tiers, counters, checked);
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
      if (!boarding.isLeader) counters.noteSaving(answer, 0);
      const source = boarding.isLeader ? "computed" : "coalesced";
      return { source, key, answer, missReason: lookup.reason, stored, ...(rejectReason && { rejectReason }) };
    },
    cleanup(limits = {}): CleanupReport {
      return tiers.evict({
        maxAgeMs: requireCount("clean up AI cache", "maxAgeMs", limits.maxAgeMs ?? ttlMs, 0),
        maxBytes: requireCount("clean up AI cache", "maxBytes", limits.maxBytes ?? maxBytes, 0),
      });
    },
    verify(): VerifyReport {
      return verifyStore(disk);
    },
    clear(): number {
      return tiers.clear();
    },
    stats(): CacheStats {
      return counters.snapshot();
    },
    close(): void {},
  };
}

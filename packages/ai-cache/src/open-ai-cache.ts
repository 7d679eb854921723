import type { AiCache, CacheResult, CleanupReport } from "./ai-cache.ts";
import { checkOptions, requireCount, type AiCacheOptions } from "./cache-options.ts";
import type { CacheStats } from "./cache-stats.ts";
import { createCacheCounters } from "./create-cache-counters.ts";
import { createEntryLocks, realLockWorld } from "./create-entry-locks.ts";
import { createGetOrCompute } from "./create-get-or-compute.ts";
import { createTiers } from "./create-tiers.ts";
import { createWriteWarning } from "./create-write-warning.ts";
import { createDiskStore } from "./disk-store.ts";
import { verifyStore, type VerifyReport } from "./verify-store.ts";

// A lock of another machine that has been silent for so long is swept away.
const LOCK_MAX_SILENCE_MS = 60 * 60 * 1000;

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
  const disk = createDiskStore(directory, maxBytes);
  const warn = createWriteWarning(counters, checked.onWarning);
  const tiers = createTiers(checked, disk, counters, warn);
  const locks = createEntryLocks(directory, realLockWorld(checked.now));
  const close = (): void => locks.releaseAll();

  return {
    getOrCompute: createGetOrCompute({
      options: checked,
      tiers,
      counters,
      locks: checked.crossProcess ? locks : undefined,
    }),
    cleanup(limits = {}): CleanupReport {
      const report = tiers.evict({
        maxAgeMs: requireCount("clean up AI cache", "maxAgeMs", limits.maxAgeMs ?? ttlMs, 0),
        maxBytes: requireCount("clean up AI cache", "maxBytes", limits.maxBytes ?? maxBytes, 0),
      });
      return { ...report, lockFileCount: locks.deleteAbandoned(LOCK_MAX_SILENCE_MS) };
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
    close,
    [Symbol.dispose]: close,
  };
}

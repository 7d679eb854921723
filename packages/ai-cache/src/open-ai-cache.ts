import type { AiCache, CleanupReport } from "./ai-cache.ts";
import { createGetOrCompute } from "./asking/create-get-or-compute.ts";
import { checkOptions, requireCount, type AiCacheOptions } from "./cache-options.ts";
import type { CacheStats } from "./cache-stats.ts";
import { createWriteWarning } from "./create-write-warning.ts";
import { createTiers } from "./entries/create-tiers.ts";
import { createDiskStore } from "./entries/disk-store.ts";
import { createExplainer } from "./explain/create-explainer.ts";
import { createQuestionLog } from "./explain/create-question-log.ts";
import { clearDirectory } from "./housekeeping/clear-directory.ts";
import { createHousekeeping } from "./housekeeping/create-housekeeping.ts";
import { verifyStore, type VerifyReport } from "./housekeeping/verify-store.ts";
import type { CacheKey, CacheKeyParts } from "./key/create-cache-key.ts";
import { createEntryLocks, realLockWorld } from "./locks/create-entry-locks.ts";
import type { CacheIndex } from "./statistics/cache-index.ts";
import { createCacheCounters } from "./statistics/create-cache-counters.ts";
import { createJournal } from "./statistics/create-journal.ts";
import { mergeStatistics, readStatistics } from "./statistics/merge-statistics.ts";
import { timeCalls } from "./statistics/time-calls.ts";

// A lock of another machine that has been silent for so long is swept away.
const LOCK_MAX_SILENCE_MS = 60 * 60 * 1000;
// A merge takes milliseconds.
const MERGE_WAIT_MS = 1000;

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
  const { directory, ttlMs, maxBytes, now } = checked;
  const counters = createCacheCounters();
  const disk = createDiskStore(directory, maxBytes);
  const warn = createWriteWarning(counters, checked.onWarning);
  const locks = createEntryLocks(directory, realLockWorld(now));
  const tiers = createTiers(checked, disk, (bytes) => housekeeping.beforeWrite(bytes), warn);
  const housekeeping = createHousekeeping({
    options: checked,
    disk,
    counters,
    warn,
    forget: (key) => tiers.forget(key),
    deleteAbandonedLocks: () => locks.deleteAbandoned(LOCK_MAX_SILENCE_MS),
  });
  const log = createQuestionLog(directory, now);
  const explainer = createExplainer(tiers, log, ttlMs);
  const journal = createJournal({ directory, now, snapshot: () => counters.snapshot() });
  // Times of hits are far below the resolution of the clock.
  const timer = options.now === undefined ? (): number => performance.now() : now;

  function note(label: string, key: CacheKey, parts: CacheKeyParts): void {
    try {
      log.note(label, key, parts);
    } catch (error) {
      warn(key, error);
    }
  }

  function publish(waitMs: number): CacheIndex {
    journal.flush();
    const listing = housekeeping.list();
    try {
      const merged = mergeStatistics(directory, { now, listing, waitMs });
      if (merged !== undefined) return merged;
    } catch {
      // Nothing is there, or nothing may be written.
    }
    return readStatistics(directory, Math.floor(now()), listing);
  }

  function close(): void {
    locks.releaseAll();
    journal.close();
  }

  return {
    getOrCompute: timeCalls(
      createGetOrCompute({ options: checked, tiers, counters, locks: checked.crossProcess ? locks : undefined, note }),
      counters.times,
      timer,
      () => journal.note(),
    ),
    cleanup(limits = {}): CleanupReport {
      const report = housekeeping.cleanup({
        maxAgeMs: requireCount("clean up AI cache", "maxAgeMs", limits.maxAgeMs ?? ttlMs, 0),
        maxBytes: requireCount("clean up AI cache", "maxBytes", limits.maxBytes ?? maxBytes, 0),
      });
      publish(0);
      return report;
    },
    verify(): VerifyReport {
      return verifyStore(disk, directory, now());
    },
    clear(): number {
      // What was counted so far goes with the rest.
      journal.flush();
      log.forget();
      const clearedCount = tiers.clear();
      clearDirectory(directory, now());
      return clearedCount;
    },
    explain: (parts, explainOptions) => explainer.explain(parts, explainOptions),
    explainLast: (label) => explainer.explainLast(label),
    stats(): CacheStats {
      return counters.snapshot();
    },
    totals(): CacheIndex {
      return publish(MERGE_WAIT_MS);
    },
    close,
    [Symbol.dispose]: close,
  };
}

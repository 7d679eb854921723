import type { CacheStats, MissReason } from "../cache-stats.ts";
import type { ModelAnswer, RejectReason } from "../entries/cache-entry.ts";
import type { CallTimes } from "./time-calls.ts";

/** The counts of one cache, to be raised by those who see things happen. */
export interface CacheCounters {
  readonly hits: Record<"memory" | "disk", number>;
  readonly misses: Record<MissReason, number>;
  readonly rejected: Record<RejectReason, number>;
  readonly counts: Record<
    "call" | "coalesced" | "stored" | "failed" | "evicted" | "damaged" | "cleanup" | "writeFailure",
    number
  >;
  /** How the calls were answered, and how long that took. */
  readonly times: CallTimes;
  /** Notes that a call with this `answer` was not paid again, and `computeMs` not waited again. */
  noteSaving(answer: ModelAnswer, computeMs: number): void;
  /** The counts as they stand. */
  snapshot(): CacheStats;
}

// An answer that was shared but not stored may say anything; one NaN would spoil the sum for good.
function amountOf(value: number | undefined): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;
}

/** Counts that all stand at zero. */
export function createCacheCounters(): CacheCounters {
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
  const counts = { call: 0, coalesced: 0, stored: 0, failed: 0, evicted: 0, damaged: 0, cleanup: 0, writeFailure: 0 };
  const times: CallTimes = {
    answered: { hit: 0, miss: 0, coalesced: 0 },
    responseMs: { hit: 0, miss: 0, coalesced: 0 },
  };
  const saved = { inputTokens: 0, outputTokens: 0, costUsd: 0, ms: 0 };
  return {
    hits,
    misses,
    rejected,
    counts,
    times,
    noteSaving(answer, computeMs): void {
      saved.inputTokens += amountOf(answer.usage?.inputTokens);
      saved.outputTokens += amountOf(answer.usage?.outputTokens);
      saved.costUsd += amountOf(answer.costUsd);
      saved.ms += computeMs;
    },
    snapshot(): CacheStats {
      return {
        callCount: counts.call,
        hits: { ...hits },
        misses: { ...misses },
        coalescedCount: counts.coalesced,
        storedCount: counts.stored,
        rejected: { ...rejected },
        failedCount: counts.failed,
        evictedCount: counts.evicted,
        damagedCount: counts.damaged,
        cleanupCount: counts.cleanup,
        writeFailureCount: counts.writeFailure,
        answered: { ...times.answered },
        responseMs: { ...times.responseMs },
        savedTokens: { inputTokens: saved.inputTokens, outputTokens: saved.outputTokens },
        savedCostUsd: saved.costUsd,
        savedMs: saved.ms,
      };
    },
  };
}

import type { RejectReason, TokenUsage } from "./entries/cache-entry.ts";

/** How a call was answered. */
export type AnswerKind = "hit" | "miss" | "coalesced";

/**
 * Why a look-up gave no answer: nothing there, past its time to live, stored later than the clock now says (the clock
 * went back), damaged, written by a newer version, not readable as a file, refused by the caller's `isValid`, or not
 * looked up at all because of the mode.
 */
export type MissReason =
  | "absent"
  | "expired"
  | "from-the-future"
  | "corrupt"
  | "newer-format"
  | "unreadable"
  | "invalid"
  | "bypassed";

/**
 * What one cache did since it was opened. Every call that has ended is exactly one of: a hit, a miss, coalesced, so then
 * `callCount` = both hits + all misses + `coalescedCount`.
 */
export interface CacheStats {
  /** Calls of `getOrCompute` whose key could be made. */
  readonly callCount: number;
  /** Calls answered from a tier. */
  readonly hits: { readonly memory: number; readonly disk: number };
  /** Calls answered from no tier, by reason. */
  readonly misses: Readonly<Record<MissReason, number>>;
  /** Calls that waited for the same question asked a moment before, in this process or another. */
  readonly coalescedCount: number;
  /** Answers stored. */
  readonly storedCount: number;
  /** Answers handed out but not stored, by reason. */
  readonly rejected: Readonly<Record<RejectReason, number>>;
  /** Computations that threw or whose callers had all gone. */
  readonly failedCount: number;
  /** Entries removed from disk to keep its limits. */
  readonly evictedCount: number;
  /** Damaged entries that a clean-up removed. */
  readonly damagedCount: number;
  /** Clean-ups, automatic and asked for. */
  readonly cleanupCount: number;
  /** Writes to disk that failed. */
  readonly writeFailureCount: number;
  /** Calls that got an answer, by how. Misses that failed and calls still under way are not among them. */
  readonly answered: Readonly<Record<AnswerKind, number>>;
  /** How long the answered calls took altogether, in milliseconds, by how. */
  readonly responseMs: Readonly<Record<AnswerKind, number>>;
  /** Tokens not paid again: for each hit and each coalesced answer, those of the call that was made. */
  readonly savedTokens: TokenUsage;
  /** Cost not paid again, in US dollars: for each hit and each coalesced answer, that of the call that was made, where it is known. */
  readonly savedCostUsd: number;
  /** Time not waited again: for each hit, that of the stored call, in milliseconds. */
  readonly savedMs: number;
}

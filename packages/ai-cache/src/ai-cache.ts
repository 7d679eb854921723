import type { CacheStats, MissReason } from "./cache-stats.ts";
import type { ModelAnswer, RejectReason } from "./entries/cache-entry.ts";
import type { KeyChange } from "./explain/diff-questions.ts";
import type { VerifyReport } from "./housekeeping/verify-store.ts";
import type { CacheKey, CacheKeyParts } from "./key/create-cache-key.ts";
import type { CacheIndex } from "./statistics/cache-index.ts";

/**
 * What a call may do with the cache.
 *
 * - `on`: look up; on a miss compute and store.
 * - `off`: compute, whatever else goes on; no look-up, no store, not shared with others.
 * - `read-only`: look up; on a miss wait for another process that asks the same, or compute; write nothing, not even a lock.
 * - `refresh`: compute and store, whatever is stored; an answer that somebody else asked for meanwhile is as fresh.
 * - `replay`: look up; a miss is an error. For runs that must not call a provider.
 */
export type CacheMode = (typeof CACHE_MODES)[number];

/** Every {@link CacheMode}. */
export const CACHE_MODES = ["on", "off", "read-only", "refresh", "replay"] as const;

/** Options of one {@link AiCache.getOrCompute} call. */
export interface GetOrComputeOptions {
  /** Aborts this call. Others waiting for the same answer are not disturbed. */
  readonly signal?: AbortSignal | undefined;
  /** What the call may do with the cache. @defaultValue `"on"` */
  readonly mode?: CacheMode | undefined;
  /** Whether an answer is what was asked for, such as valid against the schema. Others are neither stored nor served from the cache. */
  readonly isValid?: ((answer: ModelAnswer) => boolean) | undefined;
  /**
   * Called, at most once, when the call begins to wait for somebody else who asks the same, in this process or in another. For
   * callers that would otherwise wait for this one, such as those that pack several questions into a request. What it throws is ignored.
   */
  readonly onWait?: (() => void) | undefined;
  /**
   * Who asks, such as the id of a step: what the key is made of is remembered under it (digests and short settings, no
   * contents), so that {@link AiCache.explain} can tell later what changed. Not in the modes that write nothing.
   */
  readonly label?: string | undefined;
}

/** Options of {@link AiCache.explain}. */
export interface ExplainOptions {
  /** Who asks: the label given to {@link AiCache.getOrCompute}. Without it nothing is compared. */
  readonly label?: string | undefined;
}

/** Whether a question is answered from the cache, and what makes it another question than the one asked before. */
export interface Explanation {
  /** The key of the question. */
  readonly key: CacheKey;
  /** Which tier would answer, or why none would. */
  readonly state: "memory" | "disk" | MissReason;
  /** When its answer was stored, if there is one, fresh or not, in milliseconds since the Unix epoch. */
  readonly storedAtMs?: number | undefined;
  /** When that answer ends by the time to live at writing and the one that holds now. */
  readonly expiresMs?: number | undefined;
  /** What was asked under the label before: the same question in an earlier run, or else the one most like it. */
  readonly previous?: { readonly key: CacheKey; readonly atMs: number } | undefined;
  /** The parts that differ from `previous`; none when it is the same question or nothing is known. */
  readonly changed: readonly KeyChange[];
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
  /** Damaged entries removed. Those of a newer format are not damaged. */
  readonly damagedCount: number;
  /** Size of the entries removed. */
  readonly freedBytes: number;
  /** Abandoned temporary files removed. */
  readonly temporaryFileCount: number;
  /** Locks removed whose owners were gone. */
  readonly lockFileCount: number;
  /** Files removed that were named as entries where entries are never looked for. */
  readonly misplacedCount: number;
  /** Entries left. */
  readonly keptCount: number;
  /** Their size. */
  readonly keptBytes: number;
}

/** A cache of model answers. */
export interface AiCache {
  /**
   * The stored answer to the question `parts`, or else the one that `compute` gives, asked once for all callers that
   * wait for it, in this process and in others that share the directory. Only whole answers are stored: `stop`, not
   * empty, valid. Others are returned as they are.
   *
   * @throws {TypeError} for parts that make no key, an unknown mode or an empty label
   * @throws {AiCacheError} AI_CACHE_REPLAY_MISS – in mode `replay`, when there is no answer to replay
   * @throws what `compute` throws, or the reason of `signal`
   */
  getOrCompute(parts: CacheKeyParts, compute: ComputeAnswer, options?: GetOrComputeOptions): Promise<CacheResult>;
  /**
   * Removes from the disk tier what is over the limits, damaged or misplaced, and abandoned temporary files and locks.
   * Reads every entry. Waits up to ten seconds while another process cleans up. A shorter clean-up, by the cache's own
   * limits and without reading, happens once a day by itself at the first write of a process.
   */
  cleanup(options?: CleanupOptions): CleanupReport;
  /** Reads every entry on disk, says which are damaged and what else lies in the directory. Changes nothing; damaged entries are never served anyway. */
  verify(): VerifyReport;
  /**
   * Removes every entry from both tiers and returns how many the disk held; removes also the lifetime statistics and
   * whatever else is derived. What other processes are busy with stays. Throws what the file system throws.
   */
  clear(): number;
  /**
   * Tells whether the question `parts` is in the cache and, under a label, which part of its key changed since the last
   * run: since this cache was opened, when it was asked in an earlier one. Asks nothing and changes nothing.
   *
   * @throws {TypeError} for parts that make no key, or an empty label
   */
  explain(parts: CacheKeyParts, options?: ExplainOptions): Explanation;
  /**
   * The same for the last question that was asked under `label`, against the one before it; `undefined` when nothing was.
   * For a command after the run, which no longer has the question.
   *
   * @throws {TypeError} for an empty label
   */
  explainLast(label: string): Explanation | undefined;
  /** What this cache did since it was opened. */
  stats(): CacheStats;
  /**
   * What all processes did with the directory, up to what they wrote down last (every few seconds, and at their end); lists
   * all entries for their size. Also what `index.json` says then, where it can be written.
   */
  totals(): CacheIndex;
  /**
   * Lets go of the locks that this cache holds, so that no other process waits for it, and writes down its statistics (the
   * end of the process does so too). Synchronous, and closing twice does nothing more. A call under way goes on; a later one opens the cache again.
   */
  close(): void;
  /** The same as {@link AiCache.close}, for `using`. */
  [Symbol.dispose](): void;
}

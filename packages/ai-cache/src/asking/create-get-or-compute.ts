import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { AiCache, CacheResult, ComputeAnswer } from "../ai-cache.ts";
import type { CheckedOptions } from "../cache-options.ts";
import type { MissReason } from "../cache-stats.ts";
import { accepts } from "../entries/answer-check.ts";
import type { CacheEntry } from "../entries/cache-entry.ts";
import type { Lookup, Tiers } from "../entries/create-tiers.ts";
import { AiCacheError } from "../errors.ts";
import { requireLabel } from "../explain/create-explainer.ts";
import { createCacheKey, type CacheKey, type CacheKeyParts } from "../key/create-cache-key.ts";
import type { EntryLocks } from "../locks/create-entry-locks.ts";
import { parseCacheMode } from "../parse-cache-mode.ts";
import type { CacheCounters } from "../statistics/create-cache-counters.ts";
import { computeEntry, type Caller, type Computed } from "./compute-entry.ts";
import { createSingleFlight } from "./create-single-flight.ts";
import { shareAcrossProcesses } from "./share-across-processes.ts";

const RANDOM_STEPS = 2 ** 32;

/** What {@link createGetOrCompute} works with. */
export interface Asking {
  readonly options: CheckedOptions;
  readonly tiers: Tiers;
  readonly counters: CacheCounters;
  /** `undefined`: nothing is shared with other processes. */
  readonly locks: EntryLocks | undefined;
  /** Remembers that a question was asked under a label. Never throws. */
  readonly note: (label: string, key: CacheKey, parts: CacheKeyParts) => void;
}

type CacheMissResult = Extract<CacheResult, { readonly source: "computed" | "coalesced" }>;

interface Question {
  readonly key: CacheKey;
  readonly parts: CacheKeyParts;
  readonly compute: ComputeAnswer;
  readonly missReason: MissReason;
}

/** What a flight brings: an answer computed here, or one that another process has stored meanwhile. */
type Arrival =
  | { readonly from: "here"; readonly computed: Computed }
  | { readonly from: "elsewhere"; readonly entry: CacheEntry; readonly acceptedBy: readonly Caller[] };

function isServable(entry: CacheEntry, caller: Caller): boolean {
  return entry.createdMs !== caller.refusedCreatedMs && accepts(caller.isValid, entry.answer);
}

function outcomeOf({
  answer,
  stored,
  rejectReason,
}: Computed): Pick<CacheMissResult, "answer" | "stored" | "rejectReason"> {
  return { answer, stored, ...(rejectReason && { rejectReason }) };
}

/** Calls `listener` the first time, and lets nothing it throws reach the call. */
function once(listener: (() => void) | undefined): () => void {
  let next = listener;
  return () => {
    const now = next;
    next = undefined;
    try {
      now?.();
    } catch {
      // A listener's mistake is no reason to lose an answer.
    }
  };
}

/** {@link AiCache.getOrCompute} over tiers and locks. */
export function createGetOrCompute({ options, tiers, counters, locks, note }: Asking): AiCache["getOrCompute"] {
  const { counts, hits, misses } = counters;
  const flights = createSingleFlight<Caller, Arrival>();

  async function computeAlone({ key, compute }: Question, signal: AbortSignal | undefined): Promise<CacheResult> {
    misses.bypassed += 1;
    try {
      const answer = await compute({ signal: signal ?? new AbortController().signal });
      return { source: "computed", key, answer, missReason: "bypassed", stored: false };
    } catch (error) {
      counts.failed += 1;
      throw error;
    }
  }

  async function fly(
    { key, parts, compute }: Question,
    leader: Caller,
    signal: AbortSignal,
    callers: ReadonlySet<Caller>,
  ): Promise<Arrival> {
    const computeHere = async (): Promise<Arrival> => {
      try {
        const computed = await computeEntry({ key, parts, compute, signal, callers }, tiers, counters, options);
        return { from: "here", computed };
      } catch (error) {
        counts.failed += 1;
        throw error;
      }
    };
    const find = (): Arrival | undefined => {
      const lookup = tiers.lookUpOnDisk(key, undefined, !leader.writes);
      const acceptedBy = [...callers];
      if (!lookup.found || !acceptedBy.every((caller) => isServable(lookup.entry, caller))) return undefined;
      return { from: "elsewhere", entry: lookup.entry, acceptedBy };
    };
    if (locks === undefined) return computeHere();
    return shareAcrossProcesses({
      lock: locks.watch(key),
      takesLock: leader.writes,
      followMaxMs: options.followMaxMs,
      signal,
      wait: (ms, waitSignal) => delay(ms, undefined, { signal: waitSignal }),
      onWait: leader.onWait,
      random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
      find,
      compute: computeHere,
    });
  }

  async function board(question: Question, caller: Caller, signal: AbortSignal | undefined): Promise<CacheResult> {
    const { key, missReason } = question;
    for (;;) {
      const { isLeader, outcome } = flights.join(
        key,
        caller,
        (shared, callers) => fly(question, caller, shared, callers),
        signal,
      );
      if (!isLeader) caller.onWait();
      let arrival: Arrival;
      try {
        arrival = await outcome;
      } catch (error) {
        if (isLeader) misses[missReason] += 1;
        else counts.coalesced += 1;
        throw error;
      }
      if (arrival.from === "here" && isLeader) {
        misses[missReason] += 1;
        return { source: "computed", key, missReason, ...outcomeOf(arrival.computed) };
      }
      // Who came aboard after the answer from elsewhere was chosen was not asked whether it will do.
      if (arrival.from === "elsewhere" && !arrival.acceptedBy.includes(caller) && !isServable(arrival.entry, caller)) {
        continue;
      }
      const computed =
        arrival.from === "here"
          ? arrival.computed
          : { answer: arrival.entry.answer, stored: true, rejectReason: undefined };
      counts.coalesced += 1;
      counters.noteSaving(computed.answer, 0);
      return { source: "coalesced", key, missReason, ...outcomeOf(computed) };
    }
  }

  return async (parts, compute, callOptions = {}) => {
    const { signal, mode = "on", isValid, label, onWait } = callOptions;
    // A misspelt mode must not write, or pay, where the right one would not.
    parseCacheMode(mode, "ask through AI cache", "mode");
    if (label !== undefined) requireLabel(label);
    const key = createCacheKey(parts);
    signal?.throwIfAborted();
    counts.call += 1;
    if (mode === "off") return computeAlone({ key, parts, compute, missReason: "bypassed" }, signal);

    const isReadOnly = mode === "read-only" || mode === "replay";
    const lookup: Lookup =
      mode === "refresh" ? { found: false, reason: "bypassed" } : tiers.lookUp(key, isValid, isReadOnly);
    if (label !== undefined && !isReadOnly) note(label, key, parts);
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
    const caller: Caller = {
      writes: !isReadOnly,
      isValid,
      onWait: once(onWait),
      refusedCreatedMs: mode === "refresh" ? tiers.readDisk(key)?.createdMs : undefined,
    };
    return board({ key, parts, compute, missReason: lookup.reason }, caller, signal);
  };
}

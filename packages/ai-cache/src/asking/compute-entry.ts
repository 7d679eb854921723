import type { ComputeAnswer } from "../ai-cache.ts";
import { accepts, type AnswerCheck } from "../entries/answer-check.ts";
import { findRejectReason, type ModelAnswer } from "../entries/cache-entry.ts";
import type { StoreOutcome, Tiers } from "../entries/create-tiers.ts";
import type { CacheKey, CacheKeyParts } from "../key/create-cache-key.ts";
import type { CacheCounters } from "../statistics/create-cache-counters.ts";

/** One caller that waits for an answer. */
export interface Caller {
  /** Whether its mode stores. */
  readonly writes: boolean;
  /** Its check of the answer. */
  readonly isValid: AnswerCheck;
  /** Tells it, the first time, that it waits for somebody else. Never throws. */
  readonly onWait: () => void;
  /** When the answer was stored that it saw on disk and does not want, in milliseconds since the Unix epoch. */
  readonly refusedCreatedMs: number | undefined;
}

/** A question to be asked now, and those who wait for its answer. */
export interface Computation {
  readonly key: CacheKey;
  readonly parts: CacheKeyParts;
  readonly compute: ComputeAnswer;
  readonly signal: AbortSignal;
  /** Those who wait still, whenever it is looked at. */
  readonly callers: ReadonlySet<Caller>;
}

/** A computed answer and what became of it. */
export interface Computed extends StoreOutcome {
  readonly answer: ModelAnswer;
}

/** Asks the question and stores the answer if it is whole, one of the callers stores, and all who store accept it. */
export async function computeEntry(
  { key, parts, compute, signal, callers }: Computation,
  tiers: Tiers,
  counters: CacheCounters,
  limits: { readonly ttlMs: number; readonly now: () => number },
): Promise<Computed> {
  const startedMs = limits.now();
  const answer = await compute({ signal });
  signal.throwIfAborted();
  const writers = [...callers].filter(({ writes }) => writes);
  if (writers.length === 0) return { answer, stored: false, rejectReason: undefined };
  const createdMs = limits.now();
  const computeMs = Math.max(0, Math.round(createdMs - startedMs));
  const expiresMs = Math.min(createdMs + limits.ttlMs, Number.MAX_SAFE_INTEGER);
  const { provider, model } = parts;
  const isValid = writers.every((writer) => accepts(writer.isValid, answer));
  const refusal = findRejectReason(answer) ?? (isValid ? undefined : "invalid");
  const outcome: StoreOutcome =
    refusal === undefined
      ? tiers.store({ key, createdMs, expiresMs, computeMs, provider, model, answer })
      : { stored: false, rejectReason: refusal };
  if (outcome.stored) counters.counts.stored += 1;
  if (outcome.rejectReason !== undefined) counters.rejected[outcome.rejectReason] += 1;
  return { answer, ...outcome };
}

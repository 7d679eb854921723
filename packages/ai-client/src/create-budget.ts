import type { TokenUsage } from "./provider.ts";

/** What all questions of a run together may take. A limit left out is no limit. */
export interface BudgetLimits {
  /** Calls to a provider, retries and repairs included. */
  readonly maxCalls?: number | undefined;
  /** Tokens read by models. */
  readonly maxInputTokens?: number | undefined;
  /** Tokens written by models. */
  readonly maxOutputTokens?: number | undefined;
}

/** What was used, with what is still reserved. */
export interface BudgetUse extends TokenUsage {
  /** Calls begun. */
  readonly callCount: number;
}

/** Room set aside for one call. */
export interface Reservation {
  /** Replaces the estimate by what the call took; `undefined` when nobody knows, and the estimate stands. The first time counts. */
  settle(usage: TokenUsage | undefined): void;
}

/** A budget for many calls. Share one between the clients of a run. */
export interface Budget {
  /** Room for one call of about this size, or `undefined` when there is none left. */
  reserve(estimate: TokenUsage): Reservation | undefined;
  /** What was used so far. */
  used(): BudgetUse;
}

function requireLimit(name: string, value: number | undefined): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Cannot create budget: \`${name}\` must be an integer of at least 0, got ${value}`);
  }
  return value;
}

/**
 * A budget of calls and tokens. Room is reserved before a call and settled after it, so calls under way at the same time
 * cannot spend the same room twice. A call that takes more than was estimated can exceed a limit once; the next is refused.
 *
 * @throws {RangeError} when a limit is not an integer of at least 0
 */
export function createBudget(limits: BudgetLimits = {}): Budget {
  const maxCalls = requireLimit("maxCalls", limits.maxCalls);
  const maxInputTokens = requireLimit("maxInputTokens", limits.maxInputTokens);
  const maxOutputTokens = requireLimit("maxOutputTokens", limits.maxOutputTokens);
  let callCount = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  return {
    reserve(estimate): Reservation | undefined {
      if (callCount + 1 > maxCalls) return undefined;
      if (inputTokens + estimate.inputTokens > maxInputTokens) return undefined;
      if (outputTokens + estimate.outputTokens > maxOutputTokens) return undefined;
      callCount += 1;
      inputTokens += estimate.inputTokens;
      outputTokens += estimate.outputTokens;
      let isSettled = false;
      return {
        settle(usage): void {
          if (isSettled) return;
          isSettled = true;
          if (usage === undefined) return;
          inputTokens += usage.inputTokens - estimate.inputTokens;
          outputTokens += usage.outputTokens - estimate.outputTokens;
        },
      };
    },
    used(): BudgetUse {
      return { callCount, inputTokens, outputTokens };
    },
  };
}

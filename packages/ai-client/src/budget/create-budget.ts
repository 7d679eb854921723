import type { TokenUsage } from "../provider.ts";
import type {
  Budget,
  BudgetLimitName,
  BudgetOptions,
  BudgetRefusal,
  BudgetUse,
  CallEstimate,
  Reservation,
} from "./budget.ts";
import { refuseUnknownOptions } from "../refuse-unknown-options.ts";
import { costNanoUsd, type ModelPrice } from "./prices.ts";

const NANO_USD_PER_USD = 1e9;
const MS_PER_MINUTE = 60_000;
const MAX_CALL_TOKENS = 1e12;

const OPTIONS: Readonly<Record<keyof BudgetOptions, true>> = {
  maxCalls: true,
  maxInputTokens: true,
  maxOutputTokens: true,
  maxCostUsd: true,
  maxMinutes: true,
  prices: true,
  now: true,
};

function requireLimit(name: BudgetLimitName, value: number | undefined, isInteger: boolean): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const isFine = isInteger ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isFine || value < 0) {
    const kind = isInteger ? "an integer of at least 0" : "a number of at least 0";
    throw new RangeError(`Cannot create budget: \`${name}\` must be ${kind}, got ${value}`);
  }
  return value;
}

function isCount(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_CALL_TOKENS;
}

/** Whether a call can have taken `usage`: a provider's word is not taken for less than nothing, fractions or endless tokens. */
export function isPossibleUsage(usage: TokenUsage): boolean {
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage;
  return isCount(inputTokens) && isCount(outputTokens) && isCount(cachedInputTokens);
}

function formatUsd(usd: number): string {
  return `${Number(usd.toPrecision(4))} USD`;
}

/**
 * A budget of calls, tokens, cost and time. Room is reserved before a call and settled after it, so calls under way at the
 * same time cannot spend the same room twice. A call that takes more than was estimated can exceed a limit by that much; the
 * next is refused. Costs are counted in billionths of a USD, so sums are exact up to nine million USD.
 *
 * @throws {RangeError} when a limit is not a number of at least 0
 * @throws {TypeError} when `maxCostUsd` is given without `prices`, or there is an option that is none
 */
export function createBudget(options: BudgetOptions = {}): Budget {
  refuseUnknownOptions("create budget", options, OPTIONS);
  const { maxCalls, maxInputTokens, maxOutputTokens, maxCostUsd, maxMinutes, prices } = options;
  const { now = () => performance.now() } = options;
  const max: Record<BudgetLimitName, number> = {
    maxCalls: requireLimit("maxCalls", maxCalls, true),
    maxInputTokens: requireLimit("maxInputTokens", maxInputTokens, true),
    maxOutputTokens: requireLimit("maxOutputTokens", maxOutputTokens, true),
    maxCostUsd: requireLimit("maxCostUsd", maxCostUsd, false),
    maxMinutes: requireLimit("maxMinutes", maxMinutes, false),
  };
  if (maxCostUsd !== undefined && prices === undefined) {
    throw new TypeError("Cannot create budget: `maxCostUsd` needs `prices`, got none");
  }
  const maxNanoUsd = max.maxCostUsd * NANO_USD_PER_USD;
  const refusedCounts = { maxCalls: 0, maxInputTokens: 0, maxOutputTokens: 0, maxCostUsd: 0, maxMinutes: 0 };
  let callCount = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  let nanoUsd = 0;
  let estimatedCallCount = 0;
  let unpricedCallCount = 0;
  let firstMs: number | undefined;
  let elapsedMs = 0;

  /** Never goes back, even if the clock does. */
  function readElapsedMs(): number {
    if (firstMs !== undefined) elapsedMs = Math.max(elapsedMs, now() - firstMs);
    return elapsedMs;
  }

  function findRefusal(estimate: CallEstimate, estimatedNanoUsd: number | undefined): BudgetRefusal | undefined {
    // A limit that the next call alone exceeds is not used up, it is too low.
    const refuse = (limit: BudgetLimitName, used: number, message: string, isTooLow = false): BudgetRefusal => ({
      status: "refused",
      limit,
      cause: "used-up",
      used,
      max: max[limit],
      message: `The budget of the run is ${isTooLow ? "too low" : "used up"}: ${message}`,
    });
    const minutes = readElapsedMs() / MS_PER_MINUTE;
    if (minutes >= max.maxMinutes) {
      return refuse("maxMinutes", minutes, `${minutes.toFixed(1)} of ${max.maxMinutes} minutes have passed`);
    }
    if (callCount + 1 > max.maxCalls) {
      return refuse("maxCalls", callCount, `${callCount} of ${max.maxCalls} calls are made`);
    }
    for (const [limit, used, more, kind] of [
      ["maxInputTokens", inputTokens, estimate.inputTokens, "input"],
      ["maxOutputTokens", outputTokens, estimate.outputTokens, "output"],
    ] as const) {
      if (used + more <= max[limit]) continue;
      if (more > max[limit]) {
        return refuse(
          limit,
          used,
          `the next call alone may take ${more} ${kind} tokens, and ${max[limit]} are allowed`,
          true,
        );
      }
      return refuse(limit, used, `${used} of ${max[limit]} ${kind} tokens, where the next call may take ${more}`);
    }
    if (maxCostUsd === undefined) return undefined;
    const usedUsd = nanoUsd / NANO_USD_PER_USD;
    if (estimatedNanoUsd === undefined) {
      const model = estimate.model === undefined ? "a model without a name" : `the model "${estimate.model}"`;
      const message = `There is no price for ${model}, so its cost cannot be kept within ${formatUsd(maxCostUsd)}`;
      return { status: "refused", limit: "maxCostUsd", cause: "no-price", used: usedUsd, max: maxCostUsd, message };
    }
    if (nanoUsd + estimatedNanoUsd <= maxNanoUsd) return undefined;
    const nextUsd = formatUsd(estimatedNanoUsd / NANO_USD_PER_USD);
    if (estimatedNanoUsd > maxNanoUsd) {
      const message = `the next call alone may cost ${nextUsd}, and ${formatUsd(maxCostUsd)} are allowed`;
      return refuse("maxCostUsd", usedUsd, message, true);
    }
    const sum = `${formatUsd(usedUsd)} of ${formatUsd(maxCostUsd)}`;
    return refuse("maxCostUsd", usedUsd, `${sum}, where the next call may cost ${nextUsd}`);
  }

  function createReservation(
    estimate: CallEstimate,
    price: ModelPrice | undefined,
    reservedNanoUsd: number,
  ): Reservation {
    let isSettled = false;
    return {
      status: "reserved",
      settle(usage, costUsd): number | undefined {
        if (isSettled) return undefined;
        isSettled = true;
        const isTold = costUsd !== undefined && costUsd >= 0 && costUsd * NANO_USD_PER_USD <= Number.MAX_SAFE_INTEGER;
        const took = usage !== undefined && isPossibleUsage(usage) ? usage : undefined;
        let tookNanoUsd = isTold ? Math.ceil(costUsd * NANO_USD_PER_USD) : undefined;
        if (took !== undefined) {
          estimatedCallCount -= 1;
          inputTokens += took.inputTokens - estimate.inputTokens;
          outputTokens += took.outputTokens - estimate.outputTokens;
          if (price !== undefined) tookNanoUsd ??= costNanoUsd(price, took);
          else if (took.inputTokens + took.outputTokens === 0) tookNanoUsd ??= 0;
        }
        if (tookNanoUsd === undefined) return undefined;
        if (price === undefined) unpricedCallCount -= 1;
        nanoUsd += tookNanoUsd - reservedNanoUsd;
        return tookNanoUsd / NANO_USD_PER_USD;
      },
      cancel(): void {
        if (isSettled) return;
        isSettled = true;
        callCount -= 1;
        estimatedCallCount -= 1;
        inputTokens -= estimate.inputTokens;
        outputTokens -= estimate.outputTokens;
        nanoUsd -= reservedNanoUsd;
        if (price === undefined) unpricedCallCount -= 1;
      },
    };
  }

  const used = (): BudgetUse => ({
    callCount,
    inputTokens,
    outputTokens,
    costUsd: nanoUsd / NANO_USD_PER_USD,
    elapsedMs: readElapsedMs(),
  });
  return {
    reserve(estimate): Reservation | BudgetRefusal {
      if (!isPossibleUsage(estimate)) {
        const sizes = `${estimate.inputTokens} and ${estimate.outputTokens}`;
        throw new RangeError(`Cannot reserve: tokens must be integers from 0 to ${MAX_CALL_TOKENS}, got ${sizes}`);
      }
      firstMs ??= now();
      const price = estimate.model === undefined ? undefined : prices?.find(estimate.model);
      const estimatedNanoUsd = price && costNanoUsd(price, estimate);
      const refusal = findRefusal(estimate, estimatedNanoUsd);
      if (refusal !== undefined) {
        refusedCounts[refusal.limit] += 1;
        return refusal;
      }
      callCount += 1;
      estimatedCallCount += 1;
      inputTokens += estimate.inputTokens;
      outputTokens += estimate.outputTokens;
      nanoUsd += estimatedNanoUsd ?? 0;
      if (price === undefined) unpricedCallCount += 1;
      return createReservation(estimate, price, estimatedNanoUsd ?? 0);
    },
    used,
    report: () => ({
      used: used(),
      limits: { maxCalls, maxInputTokens, maxOutputTokens, maxCostUsd, maxMinutes },
      refusedCounts: { ...refusedCounts },
      estimatedCallCount,
      unpricedCallCount,
    }),
  };
}

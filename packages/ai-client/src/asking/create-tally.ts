import type { TokenUsage } from "../provider.ts";
import { addCost, addUsage } from "./add-usage.ts";

/** What one question has taken so far. Counts may be added to; `spend` keeps the sums. */
export interface Tally {
  callCount: number;
  retryCount: number;
  isRepaired: boolean;
  packedCount: number;
  /** Adds what a call took and cost; `undefined` for what nobody knows, and then nobody knows the sum. */
  spend(usage: TokenUsage | undefined, costUsd: number | undefined): void;
  /** The sums, `undefined` while nothing was spent. */
  spent(): { readonly usage?: TokenUsage | undefined; readonly costUsd?: number | undefined };
}

/** A tally of nothing yet. */
export function createTally(): Tally {
  let isFirst = true;
  let sum: { readonly usage?: TokenUsage | undefined; readonly costUsd?: number | undefined } = {};
  return {
    callCount: 0,
    retryCount: 0,
    isRepaired: false,
    packedCount: 0,
    spend(usage, costUsd): void {
      sum = isFirst
        ? { usage, costUsd }
        : { usage: addUsage(sum.usage, usage), costUsd: addCost(sum.costUsd, costUsd) };
      isFirst = false;
    },
    spent: () => sum,
  };
}

import type { TokenUsage } from "../provider.ts";
import type { Prices } from "./prices.ts";

/** What all questions of a run together may take. A limit left out is no limit. */
export interface BudgetLimits {
  /** Calls to a provider, retries and repairs included. */
  readonly maxCalls?: number | undefined;
  /** Tokens read by models. */
  readonly maxInputTokens?: number | undefined;
  /** Tokens written by models. */
  readonly maxOutputTokens?: number | undefined;
  /** Cost in USD by the given prices. A call to a model without a price is refused then. */
  readonly maxCostUsd?: number | undefined;
  /** Minutes since the first call was asked for. No call begins after them; those under way may end. */
  readonly maxMinutes?: number | undefined;
}

/** The limits of a budget, by name. */
export type BudgetLimitName = keyof BudgetLimits;

/** Options of {@link createBudget}. */
export interface BudgetOptions extends BudgetLimits {
  /** What models cost, from {@link createPrices} or {@link parsePrices}. `maxCostUsd` needs them. */
  readonly prices?: Prices | undefined;
  /** The clock, in milliseconds. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
}

/** What was used, with what is still reserved. */
export interface BudgetUse extends TokenUsage {
  /** Calls begun. */
  readonly callCount: number;
  /** Cost in USD of the calls to models that have a price or whose provider told the cost. */
  readonly costUsd: number;
  /** Time since the first call was asked for, in milliseconds. */
  readonly elapsedMs: number;
}

/** What became of a budget, for a summary. */
export interface BudgetReport {
  /** What was used, with what is still reserved. */
  readonly used: BudgetUse;
  /** The limits there are. */
  readonly limits: BudgetLimits;
  /** How many calls each limit refused. */
  readonly refusedCounts: Readonly<Record<BudgetLimitName, number>>;
  /** Calls whose use is the estimate: under way, or nobody told what they took. */
  readonly estimatedCallCount: number;
  /** Calls whose cost nobody knows. */
  readonly unpricedCallCount: number;
}

/** About how much a call will take. */
export interface CallEstimate extends TokenUsage {
  /** The model, for its price. */
  readonly model?: string | undefined;
}

/** Room set aside for one call. */
export interface Reservation {
  readonly status: "reserved";
  /**
   * Replaces the estimate by what the call took; `undefined` when nobody knows, or a use that cannot be, leaves the estimate.
   * The first time counts. Gives the call's cost in USD where it is known: `costUsd` if the provider told it, else by price.
   */
  settle(usage: TokenUsage | undefined, costUsd?: number): number | undefined;
  /** Gives all of it back, the call included, as the call was never made. Nothing after {@link Reservation.settle}. */
  cancel(): void;
}

/** Why there is no room for a call. */
export interface BudgetRefusal {
  readonly status: "refused";
  /** The limit that would be passed. */
  readonly limit: BudgetLimitName;
  /** Whether it is used up, or cannot be kept as nobody knows the model's price. */
  readonly cause: "used-up" | "no-price";
  /** How much of it is used, in its own unit. */
  readonly used: number;
  /** The limit itself. */
  readonly max: number;
  /** One sentence for people. */
  readonly message: string;
}

/** A budget for many calls. Share one between the clients of a run. */
export interface Budget {
  /** Room for one call of about this size, or why there is none. @throws {RangeError} when an estimate is no count */
  reserve(estimate: CallEstimate): Reservation | BudgetRefusal;
  /** What was used so far. */
  used(): BudgetUse;
  /** What became of it so far. */
  report(): BudgetReport;
}

import { toLog } from "./log-ratio.ts";

/** A prediction off by more than about a fifth is wrong; how wrong does not matter for choosing. */
export const WORST_LOSS = 0.2;
/** Fewer scored predictions than this say nothing about their own spread. */
const FEWEST_SCORED = 10;

/**
 * What choosing minimises: the absolute logarithm of prediction over outcome, at most 0.2. Being 10 % off counts the same for a step of
 * a second and one of an hour, and one odd outcome does not decide for a step.
 */
export function loss(predictedSeconds: number, actualSeconds: number): number {
  return Math.min(Math.abs(toLog(predictedSeconds) - toLog(actualSeconds)), WORST_LOSS);
}

/** Losses of several candidates on the same outcomes. */
export class LossTable {
  readonly #candidates: number;
  readonly #sums: Float64Array;
  readonly #products: Float64Array;
  #count = 0;
  #weight = 0;

  constructor(candidates: number) {
    this.#candidates = candidates;
    this.#sums = new Float64Array(candidates);
    this.#products = new Float64Array(candidates * candidates);
  }

  /** How many outcomes were scored, whatever they count by now. */
  get count(): number {
    return this.#count;
  }

  /** Add one outcome: the loss of each candidate, in their order. O(candidates²), so that any pair can be compared later. */
  add(losses: ArrayLike<number>): void {
    this.#count += 1;
    this.#weight += 1;
    for (let i = 0; i < this.#candidates; i += 1) {
      this.#sums[i]! += losses[i]!;
      for (let j = i; j < this.#candidates; j += 1)
        this.#products[i * this.#candidates + j]! += losses[i]! * losses[j]!;
    }
  }

  /** Let what was added so far count less, by `factor`. O(candidates²). */
  fade(factor: number): void {
    this.#weight *= factor;
    for (let place = 0; place < this.#sums.length; place += 1) this.#sums[place]! *= factor;
    for (let place = 0; place < this.#products.length; place += 1) this.#products[place]! *= factor;
  }

  /** Mean loss of a candidate; 0 when nothing was scored. */
  mean(candidate: number): number {
    return this.#weight === 0 ? 0 : this.#sums[candidate]! / this.#weight;
  }

  /**
   * How much lower the mean loss of `candidate` is than that of `other`, and the standard error of that (paired by outcome). Outcomes
   * that have faded count as fewer.
   */
  gain(candidate: number, other: number): { readonly mean: number; readonly standardError: number } {
    const mean = this.mean(other) - this.mean(candidate);
    if (this.#weight <= 1) return { mean, standardError: Infinity };
    const squares =
      this.#product(other, other) + this.#product(candidate, candidate) - 2 * this.#product(candidate, other);
    const variance = Math.max(0, squares - this.#weight * mean ** 2) / (this.#weight - 1);
    return { mean, standardError: Math.sqrt(variance / this.#weight) };
  }

  #product(i: number, j: number): number {
    return this.#products[Math.min(i, j) * this.#candidates + Math.max(i, j)]!;
  }
}

/** The candidate with the lowest mean loss over all steps; the first of equals. */
export function chooseDefault(all: LossTable, candidates: number): number {
  let best = 0;
  for (let candidate = 1; candidate < candidates; candidate += 1) {
    if (all.mean(candidate) < all.mean(best)) best = candidate;
  }
  return best;
}

/** Which candidate serves a step, and why. */
export interface Choice {
  /** Place of the candidate. */
  readonly candidate: number;
  /** How much lower its mean loss on this step is than the default's; 0 for the default. */
  readonly gain: number;
  /** Standard error of that gain; 0 for the default. */
  readonly standardError: number;
}

/**
 * The candidate for one step: the default, unless another one's gain on this step's own rolling back-test exceeds the standard error of
 * that gain (the largest such gain wins). So noise alone seldom moves a step, and over the scored outcomes the choice is never worse
 * than the default.
 *
 * The idea is the one-standard-error rule of L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees"
 * (1984): prefer the simpler unless the difference is larger than its error.
 */
export function chooseRule(step: LossTable, candidates: number, byDefault: number): Choice {
  let choice: Choice = { candidate: byDefault, gain: 0, standardError: 0 };
  if (step.count < FEWEST_SCORED) return choice;
  for (let candidate = 0; candidate < candidates; candidate += 1) {
    // Most candidates are not even better than the best so far; the error need not be computed for those.
    if (candidate === byDefault || step.mean(candidate) >= step.mean(byDefault) - choice.gain) continue;
    const { mean, standardError } = step.gain(candidate, byDefault);
    // The last digits of a sum are not a gain.
    if (mean > standardError + 1e-12) choice = { candidate, gain: mean, standardError };
  }
  return choice;
}

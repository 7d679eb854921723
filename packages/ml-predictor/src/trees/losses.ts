import { selectQuantile } from "./select-quantile.ts";

/**
 * What makes a prediction bad, for a residual r = target − prediction:
 * `squared` r²/2 (predicts the mean); `absolute` |r| (the median); `quantile` r · level above the prediction and |r| · (1 − level)
 * below it (the quantile: with 0.9 the value that nine in ten outcomes do not exceed); `huber` r²/2 up to δ and δ(|r| − δ/2) beyond, δ being
 * the quantile `level` of |r| in each round (0.9 by default): near the mean, and calm about outliers.
 */
export type LossName =
  | { readonly type: "squared" }
  | { readonly type: "absolute" }
  | { readonly type: "quantile"; readonly level: number }
  | { readonly type: "huber"; readonly level?: number | undefined };

/** A loss over arrays of residuals. Weights are `undefined` where every row counts once. */
export interface Loss {
  /** The best constant for `count` values; reorders them and their weights. */
  constant(values: Float64Array, weights: Float64Array | undefined, count: number): number;
  /** Before each round: whatever depends on the sizes |r| of all residuals; reorders them and their weights. */
  prepare?(sizes: Float64Array, weights: Float64Array | undefined, count: number): void;
  /** Negative gradients, times weights. */
  fillGradients(
    residuals: Float64Array,
    weights: Float64Array | undefined,
    count: number,
    gradients: Float64Array,
  ): void;
  /** What to add for `count` residuals that fall into one leaf; reorders them and their weights. */
  leafValue(residuals: Float64Array, weights: Float64Array | undefined, count: number): number;
  /** Mean loss of the residuals from `start` up to `end`; 0 where all weights are. */
  mean(residuals: Float64Array, weights: Float64Array | undefined, start: number, end: number): number;
}

/**
 * Source: J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Ann. Statist. 29 (2001): trees are fit to the
 * gradient, then each leaf gets the value that is best for the loss itself (algorithms 2 to 4); for quantiles R. Koenker, G. Bassett,
 * "Regression quantiles", Econometrica 46 (1978).
 */
export function createLoss(name: LossName): Loss {
  switch (name.type) {
    case "squared":
      return squared;
    case "absolute":
      return createQuantileLoss(0.5, 2);
    case "quantile":
      return createQuantileLoss(name.level, 1);
    case "huber":
      return createHuberLoss(name.level ?? 0.9);
  }
}

function meanOf(values: Float64Array, weights: Float64Array | undefined, count: number): number {
  let sum = 0;
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const weight = weights === undefined ? 1 : weights[index]!;
    sum += weight * values[index]!;
    total += weight;
  }
  return sum / total;
}

function multiply(gradients: Float64Array, weights: Float64Array | undefined, count: number): void {
  if (weights === undefined) return;
  for (let row = 0; row < count; row += 1) gradients[row] = gradients[row]! * weights[row]!;
}

const squared: Loss = {
  constant: meanOf,
  fillGradients(residuals, weights, count, gradients) {
    for (let row = 0; row < count; row += 1) gradients[row] = residuals[row]!;
    multiply(gradients, weights, count);
  },
  leafValue: meanOf,
  mean(residuals, weights, start, end) {
    let sum = 0;
    let total = 0;
    for (let row = start; row < end; row += 1) {
      const weight = weights === undefined ? 1 : weights[row]!;
      sum += weight * residuals[row]! * residuals[row]! * 0.5;
      total += weight;
    }
    return total > 0 ? sum / total : 0;
  },
};

function createQuantileLoss(level: number, scale: number): Loss {
  const select = (values: Float64Array, weights: Float64Array | undefined, count: number): number =>
    selectQuantile(values, weights, count, level);
  const above = level * scale;
  const below = (level - 1) * scale;
  return {
    constant: select,
    fillGradients(residuals, weights, count, gradients) {
      for (let row = 0; row < count; row += 1) {
        const residual = residuals[row]!;
        // Exactly met: any number between the two is a subgradient, and 0 asks for no change.
        gradients[row] = residual > 0 ? above : residual < 0 ? below : 0;
      }
      multiply(gradients, weights, count);
    },
    leafValue: select,
    mean(residuals, weights, start, end) {
      let sum = 0;
      let total = 0;
      for (let row = start; row < end; row += 1) {
        const residual = residuals[row]!;
        const weight = weights === undefined ? 1 : weights[row]!;
        sum += weight * residual * (residual > 0 ? above : below);
        total += weight;
      }
      return total > 0 ? sum / total : 0;
    },
  };
}

function createHuberLoss(level: number): Loss {
  let first = Number.NaN;
  let delta = 0;
  const median = (values: Float64Array, weights: Float64Array | undefined, count: number): number =>
    selectQuantile(values, weights, count, 0.5);
  const clip = (residual: number): number => Math.max(-delta, Math.min(delta, residual));
  return {
    constant: median,
    prepare(sizes, weights, count) {
      delta = selectQuantile(sizes, weights, count, level);
      if (Number.isNaN(first)) first = delta;
    },
    fillGradients(residuals, weights, count, gradients) {
      for (let row = 0; row < count; row += 1) gradients[row] = clip(residuals[row]!);
      multiply(gradients, weights, count);
    },
    leafValue(residuals, weights, count) {
      const middle = median(residuals, weights, count);
      let sum = 0;
      let total = 0;
      for (let index = 0; index < count; index += 1) {
        const weight = weights === undefined ? 1 : weights[index]!;
        sum += weight * clip(residuals[index]! - middle);
        total += weight;
      }
      return middle + sum / total;
    },
    mean(residuals, weights, start, end) {
      // The first round's δ throughout, so that rounds can be compared.
      const bound = Number.isNaN(first) ? 0 : first;
      let sum = 0;
      let total = 0;
      for (let row = start; row < end; row += 1) {
        const size = Math.abs(residuals[row]!);
        const weight = weights === undefined ? 1 : weights[row]!;
        sum += weight * (size <= bound ? size * size * 0.5 : bound * (size - bound * 0.5));
        total += weight;
      }
      return total > 0 ? sum / total : 0;
    },
  };
}

import type { BinnedColumns } from "./bin-columns.ts";
import type { Histogram } from "./histogram.ts";

/** What a set of rows amounts to. */
export interface NodeSums {
  gradient: number;
  weight: number;
  count: number;
}

/** How a node is split in two. */
export interface Split {
  /** -1 while there is none. */
  feature: number;
  /** Rows in this bin and those below go left; -1 for missing values against all others, which then go left. */
  bin: number;
  missingLeft: boolean;
  /** By how much the fit improves; above 0. */
  gain: number;
}

/** What a split must keep to. */
export interface SplitLimits {
  readonly minRowsInLeaf: number;
  readonly minGain: number;
  readonly l2: number;
}

/** Gains that are smaller than this part of the scores they are a difference of are rounding errors. */
const ROUNDING = 1e-12;

/**
 * The split of a node that gains most: the improvement of a least-squares fit to the gradients, G²/(W + λ) left and right minus that of
 * both together. Missing values are tried on both sides; where a node has none, they will follow the larger side. The first one is
 * taken among equals. O(bins).
 *
 * Source: J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Ann. Statist. 29 (2001), eq. 35; the learned
 * side of missing values and λ after T. Chen, C. Guestrin, "XGBoost", KDD 2016.
 *
 * @param best - receives the split; its `feature` is -1 when there is none
 */
export function findSplit(
  histogram: Histogram,
  binned: BinnedColumns,
  features: Int32Array,
  node: NodeSums,
  limits: SplitLimits,
  best: Split,
): void {
  const { minRowsInLeaf, l2 } = limits;
  const { gradient, weight, count } = node;
  const { gradients, counts } = histogram;
  const weights = histogram.weights ?? counts;
  const own = (gradient * gradient) / (weight + l2);
  best.feature = -1;
  let bestGain = 0;
  for (let chosen = 0; chosen < features.length; chosen += 1) {
    const feature = features[chosen]!;
    const from = binned.offsets[feature]!;
    const valueBins = binned.thresholds[feature]!.length + 1;
    const missing = binned.missingBins[feature]! < 0 ? -1 : from + binned.missingBins[feature]!;
    const missingCount = missing < 0 ? 0 : counts[missing]!;
    const missingGradient = missingCount === 0 ? 0 : gradients[missing]!;
    const missingWeight = missingCount === 0 ? 0 : weights[missing]!;
    if (missingCount >= minRowsInLeaf && count - missingCount >= minRowsInLeaf) {
      const leftGradient = gradient - missingGradient;
      const leftWeight = weight - missingWeight;
      const score = scoreOf(leftGradient, leftWeight, missingGradient, missingWeight, l2);
      const gain = score - own;
      if (gain > bestGain && gain > limits.minGain && gain > ROUNDING * score) {
        bestGain = gain;
        best.feature = feature;
        best.bin = -1;
        best.missingLeft = false;
      }
    }
    let leftGradient = 0;
    let leftWeight = 0;
    let leftCount = 0;
    // Above the last threshold there is nothing but missing values, which was tried.
    for (let bin = 0; bin < valueBins - 1; bin += 1) {
      const added = counts[from + bin]!;
      if (added === 0) continue;
      leftGradient += gradients[from + bin]!;
      leftWeight += weights[from + bin]!;
      leftCount += added;
      const rightCount = count - leftCount;
      if (rightCount < minRowsInLeaf) break;
      if (leftCount >= minRowsInLeaf && rightCount - missingCount > 0) {
        const score = scoreOf(leftGradient, leftWeight, gradient - leftGradient, weight - leftWeight, l2);
        const gain = score - own;
        if (gain > bestGain && gain > limits.minGain && gain > ROUNDING * score) {
          bestGain = gain;
          best.feature = feature;
          best.bin = bin;
          best.missingLeft = missingCount === 0 && leftCount > rightCount;
        }
      }
      if (missingCount > 0 && leftCount + missingCount >= minRowsInLeaf && rightCount - missingCount >= minRowsInLeaf) {
        const withGradient = leftGradient + missingGradient;
        const withWeight = leftWeight + missingWeight;
        const score = scoreOf(withGradient, withWeight, gradient - withGradient, weight - withWeight, l2);
        const gain = score - own;
        if (gain > bestGain && gain > limits.minGain && gain > ROUNDING * score) {
          bestGain = gain;
          best.feature = feature;
          best.bin = bin;
          best.missingLeft = true;
        }
      }
    }
  }
  best.gain = bestGain;
}

/** Weights of nothing but zeros, also by rounding, say nothing. */
function scoreOf(
  leftGradient: number,
  leftWeight: number,
  rightGradient: number,
  rightWeight: number,
  l2: number,
): number {
  const left = leftWeight > 0 ? (leftGradient * leftGradient) / (leftWeight + l2) : 0;
  const right = rightWeight > 0 ? (rightGradient * rightGradient) / (rightWeight + l2) : 0;
  return left + right;
}

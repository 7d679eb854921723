import type { BinnedColumns } from "./bin-columns.ts";

/** For each bin of each feature, what the rows in it amount to. */
export interface Histogram {
  readonly gradients: Float64Array;
  /** Sums of row weights; `undefined` where every row counts once, as they equal `counts` then. */
  readonly weights: Float64Array | undefined;
  readonly counts: Int32Array;
}

/** A histogram of nothing. */
export function createHistogram(binCount: number, weighted: boolean): Histogram {
  return {
    gradients: new Float64Array(binCount),
    weights: weighted ? new Float64Array(binCount) : undefined,
    counts: new Int32Array(binCount),
  };
}

/**
 * Add up the rows `rows[start]` up to but not including `rows[end]`, for the given features only; what the histogram held before is
 * gone.
 *
 * @param gradients - by row
 * @param weights - by row; given exactly when the histogram has weights
 * @param scratch - room for `end - start` numbers, twice that with weights
 */
export function fillHistogram(
  histogram: Histogram,
  binned: BinnedColumns,
  features: Int32Array,
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  weights: Float64Array | undefined,
  scratch: Float64Array,
): void {
  histogram.gradients.fill(0);
  histogram.counts.fill(0);
  histogram.weights?.fill(0);
  const count = end - start;
  // Gathered once for all features; the loop over a feature then reads one random place a row, in a column of bytes.
  for (let index = 0; index < count; index += 1) scratch[index] = gradients[rows[start + index]!]!;
  if (weights !== undefined) {
    for (let index = 0; index < count; index += 1) scratch[count + index] = weights[rows[start + index]!]!;
  }
  let chosen = 0;
  // Four features at a time read a row and its gradient once, and do not wait for each other's sums: nearly twice as fast as one by one.
  for (; chosen + 4 <= features.length; chosen += 4) {
    addFour(histogram, binned, features, chosen, rows, start, count, scratch);
  }
  for (; chosen < features.length; chosen += 1) {
    const bins = binned.bins[features[chosen]!]!;
    const offset = binned.offsets[features[chosen]!]!;
    const { gradients: sums, counts } = histogram;
    for (let index = 0; index < count; index += 1) {
      const bin = offset + bins[rows[start + index]!]!;
      sums[bin]! += scratch[index]!;
      counts[bin]! += 1;
    }
  }
  if (histogram.weights === undefined) return;
  for (const feature of features) {
    const bins = binned.bins[feature]!;
    const offset = binned.offsets[feature]!;
    const sums = histogram.weights;
    for (let index = 0; index < count; index += 1) {
      sums[offset + bins[rows[start + index]!]!]! += scratch[count + index]!;
    }
  }
}

function addFour(
  { gradients, counts }: Histogram,
  { bins, offsets }: BinnedColumns,
  features: Int32Array,
  chosen: number,
  rows: Int32Array,
  start: number,
  count: number,
  ordered: Float64Array,
): void {
  const [first, second, third, fourth] = features.subarray(chosen, chosen + 4) as unknown as readonly [
    number,
    number,
    number,
    number,
  ];
  const firstBins = bins[first]!;
  const secondBins = bins[second]!;
  const thirdBins = bins[third]!;
  const fourthBins = bins[fourth]!;
  const firstOffset = offsets[first]!;
  const secondOffset = offsets[second]!;
  const thirdOffset = offsets[third]!;
  const fourthOffset = offsets[fourth]!;
  for (let index = 0; index < count; index += 1) {
    const row = rows[start + index]!;
    const gradient = ordered[index]!;
    const a = firstOffset + firstBins[row]!;
    const b = secondOffset + secondBins[row]!;
    const c = thirdOffset + thirdBins[row]!;
    const d = fourthOffset + fourthBins[row]!;
    gradients[a]! += gradient;
    counts[a]! += 1;
    gradients[b]! += gradient;
    counts[b]! += 1;
    gradients[c]! += gradient;
    counts[c]! += 1;
    gradients[d]! += gradient;
    counts[d]! += 1;
  }
}

/**
 * Turn the histogram of a node into that of one child by taking away the other child's: the larger child costs one pass over bins
 * instead of one over rows.
 *
 * Source: G. Ke et al., "LightGBM", NeurIPS 2017.
 */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  const { gradients, weights, counts } = parent;
  for (let bin = 0; bin < counts.length; bin += 1) {
    counts[bin] = counts[bin]! - child.counts[bin]!;
    // What rounding leaves over in an empty bin is no gradient.
    gradients[bin] = counts[bin] === 0 ? 0 : gradients[bin]! - child.gradients[bin]!;
  }
  if (weights !== undefined) {
    for (let bin = 0; bin < counts.length; bin += 1) {
      weights[bin] = counts[bin] === 0 ? 0 : Math.max(0, weights[bin]! - child.weights![bin]!);
    }
  }
}

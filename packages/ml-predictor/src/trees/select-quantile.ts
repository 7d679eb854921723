/**
 * The quantile of the first `count` values; reorders them, and `weights` with them. Interpolates so that a further value of the same
 * kind lies below it with a chance of `level` (position (n + 1) · level): the share of outcomes below is right for rows to come, not
 * only for those seen. With weights a value counts as often as its weight says, relative to the mean weight. O(count) expected.
 *
 * Source: R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996), definition 6; found by
 * C. A. R. Hoare, "Algorithm 65: Find", CACM 4 (1961), with three-way partitioning.
 *
 * @param weights - all above 0; `undefined` where all count the same
 * @param level - above 0 and below 1
 * @returns NaN when `count` is 0
 */
export function selectQuantile(
  values: Float64Array,
  weights: Float64Array | undefined,
  count: number,
  level: number,
): number {
  let total = count;
  if (weights !== undefined) {
    total = 0;
    for (let index = 0; index < count; index += 1) total += weights[index]!;
  }
  const wanted = Math.min(total, level * (total + total / count));
  let low = 0;
  let high = count - 1;
  /** Weight of all values before `low`, and the largest of them. */
  let before = 0;
  let largestBefore = Number.NaN;
  // Fixed pivots would let an unlucky order cost n²; these need no seed, as they do not change the answer.
  let state = 1;
  while (low <= high) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const pivot = values[low + (state % (high - low + 1))]!;
    let lessEnd = low;
    let place = low;
    let moreStart = high;
    let less = 0;
    let equal = 0;
    let largestLess = Number.NEGATIVE_INFINITY;
    while (place <= moreStart) {
      const value = values[place]!;
      const weight = weights === undefined ? 1 : weights[place]!;
      if (value < pivot) {
        less += weight;
        if (value > largestLess) largestLess = value;
        values[place] = values[lessEnd]!;
        values[lessEnd] = value;
        if (weights !== undefined) {
          weights[place] = weights[lessEnd]!;
          weights[lessEnd] = weight;
        }
        lessEnd += 1;
        place += 1;
      } else if (value > pivot) {
        values[place] = values[moreStart]!;
        values[moreStart] = value;
        if (weights !== undefined) {
          weights[place] = weights[moreStart]!;
          weights[moreStart] = weight;
        }
        moreStart -= 1;
      } else {
        equal += weight;
        place += 1;
      }
    }
    if (lessEnd > low && wanted <= before + less) {
      high = lessEnd - 1;
    } else if (wanted <= before + less + equal) {
      const previous = lessEnd > low ? largestLess : largestBefore;
      if (Number.isNaN(previous)) return pivot;
      // A value is reached gradually within its own weight, but within the mean weight at most: a heavy one is the quantile soon.
      const first = Math.min(equal / (moreStart - lessEnd + 1), total / count);
      const share = Math.min(1, (wanted - before - less) / first);
      return previous + share * (pivot - previous);
    } else {
      before += less + equal;
      largestBefore = pivot;
      low = moreStart + 1;
    }
  }
  return largestBefore;
}

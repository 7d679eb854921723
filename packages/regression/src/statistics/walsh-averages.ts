/** Halvings of the range before the answer is picked out: below this width two averages count as equal. */
const HALVINGS = 48;

/**
 * The `rank`-th smallest (from 1) of the n(n + 1)/2 Walsh averages (x_i + x_j)/2, i ≤ j, without making them: the range is halved,
 * counting by two pointers how many lie below. O(n) for each of some 48 halvings.
 *
 * @param sorted - Values in ascending order, at least one.
 */
export function walshAverage(sorted: Float64Array, rank: number): number {
  let low = sorted[0]!;
  let high = sorted.at(-1)!;
  if (countAtMost(sorted, low) >= rank) return low;
  // Fewer than `rank` lie at or below `low`, at least `rank` at or below `high`.
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = low + (high - low) / 2;
    if (countAtMost(sorted, middle) >= rank) high = middle;
    else low = middle;
  }
  return smallestAbove(sorted, low);
}

/**
 * The Hodges-Lehmann estimate of the centre: the median of all Walsh averages. Resists up to 29 % outliers, and wastes about 5 % of
 * what the mean gets out of normal values. O(n log n).
 *
 * Source: J. L. Hodges, E. L. Lehmann, "Estimates of location based on rank tests", Annals of Mathematical Statistics 34 (1963).
 *
 * @returns NaN for no values.
 */
export function hodgesLehmann(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const count = (sorted.length * (sorted.length + 1)) / 2;
  const upper = walshAverage(sorted, Math.floor(count / 2) + 1);
  return count % 2 === 1 ? upper : (walshAverage(sorted, count / 2) + upper) / 2;
}

function countAtMost(sorted: Float64Array, limit: number): number {
  let count = 0;
  let last = sorted.length - 1;
  for (let first = 0; first < sorted.length; first += 1) {
    while (last >= first && sorted[first]! / 2 + sorted[last]! / 2 > limit) last -= 1;
    if (last < first) break;
    count += last - first + 1;
  }
  return count;
}

function smallestAbove(sorted: Float64Array, limit: number): number {
  let smallest = Number.POSITIVE_INFINITY;
  let last = sorted.length - 1;
  for (let first = 0; first < sorted.length; first += 1) {
    while (last >= first && sorted[first]! / 2 + sorted[last]! / 2 > limit) last -= 1;
    const next = Math.max(last + 1, first);
    if (next < sorted.length) smallest = Math.min(smallest, sorted[first]! / 2 + sorted[next]! / 2);
  }
  return smallest;
}

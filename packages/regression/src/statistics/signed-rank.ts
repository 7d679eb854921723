/** Up to this many values the distribution is counted; beyond, it is taken for normal. */
const EXACT_UP_TO = 200;

const nullTails = new Map<number, Float64Array>();

/**
 * The p-value of Wilcoxon's signed-rank test against "the centre is above zero": the chance, if values were symmetric about zero, of
 * positive ranks summing to at least what they do. Exact up to 200 values, also with ties (given which values are tied); values of
 * zero keep their ranks and count for nothing, after Pratt. O(n³) with ties, O(n log n) once a size is known without.
 *
 * Sources: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945); J. W. Pratt, "Remarks on zeros
 * and ties in the Wilcoxon signed rank procedures", JASA 54 (1959).
 *
 * @returns 1 for no values.
 */
export function signedRankPValue(values: readonly number[]): number {
  const order = values.map((value) => ({ size: Math.abs(value), positive: value > 0 }));
  order.sort((left, right) => left.size - right.size);
  // Ranks are doubled, so that the middle ranks of ties are whole numbers.
  const ranks: number[] = [];
  let tied = false;
  let sum = 0;
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && order[to]!.size === order[from]!.size) to += 1;
    const rank = from + 1 + to;
    if (to - from > 1 || order[from]!.size === 0) tied = true;
    for (let place = from; place < to; place += 1) {
      if (order[place]!.size === 0) continue;
      ranks.push(rank);
      if (order[place]!.positive) sum += rank;
    }
    from = to;
  }
  if (ranks.length === 0) return 1;
  if (values.length > EXACT_UP_TO) return normalTail(sum, ranks);
  if (!tied) return signedRankTail(values.length)[sum / 2]!;
  return countTail(ranks)[sum]!;
}

/**
 * How far into the sorted Walsh averages of `count` values the ends of an interval for the centre lie: those of rank `k` from either
 * side, so that each side leaves out the centre with a chance of at most `sideError`. Exact up to 200 values.
 *
 * @returns 0 when there are too few values for an interval at all.
 */
export function intervalRank(count: number, sideError: number): number {
  if (count <= EXACT_UP_TO) {
    // By symmetry P(T ≤ k − 1) = P(T ≥ all − k + 1).
    const tail = signedRankTail(count);
    let rank = 0;
    while (rank < tail.length / 2 && tail[tail.length - 1 - rank]! <= sideError) rank += 1;
    return rank;
  }
  const mean = (count * (count + 1)) / 4;
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24);
  return Math.max(0, Math.floor(mean - normalQuantile(sideError) * deviation));
}

/** `tail[t]`: the chance that the positive ranks of `count` untied values sum to at least `t`. */
function signedRankTail(count: number): Float64Array {
  let tail = nullTails.get(count);
  if (tail === undefined) {
    tail = countTail(Array.from({ length: count }, (_, place) => place + 1));
    nullTails.set(count, tail);
  }
  return tail;
}

function countTail(ranks: readonly number[]): Float64Array {
  const tail = new Float64Array(ranks.reduce((sum, rank) => sum + rank, 0) + 1);
  tail[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let sum = reached; sum >= rank; sum -= 1) tail[sum] = (tail[sum]! + tail[sum - rank]!) / 2;
    for (let sum = Math.min(rank, reached + 1) - 1; sum >= 0; sum -= 1) tail[sum] = tail[sum]! / 2;
  }
  for (let sum = tail.length - 2; sum >= 0; sum -= 1) tail[sum] = Math.min(1, tail[sum]! + tail[sum + 1]!);
  return tail;
}

function normalTail(sum: number, ranks: readonly number[]): number {
  const mean = ranks.reduce((total, rank) => total + rank, 0) / 2;
  const variance = ranks.reduce((total, rank) => total + rank ** 2, 0) / 4;
  return upperTail((sum - mean - 1) / Math.sqrt(variance));
}

/** The chance of a standard normal value above `z`, by Taylor series near the centre and continued fraction beyond. */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let odd = 3; Math.abs(term) > 1e-17 * sum; odd += 2) {
      term *= (z * z) / odd;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let step = 60; step >= 1; step -= 1) fraction = step / (z + fraction);
  return density / (z + fraction);
}

/** The `z` above which a standard normal value lies with chance `share`, above 0 and below 1. */
export function normalQuantile(share: number): number {
  let low = -40;
  let high = 40;
  for (let halving = 0; halving < 80; halving += 1) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

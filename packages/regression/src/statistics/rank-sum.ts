const atMost = new Map<string, Float64Array>();

/**
 * The p-value of the rank-sum test against "`later` values are larger": the chance, if all came in random order, of as few pairs in
 * which the later one is smaller (a tie counts half). Exact for values without ties; with ties slightly too large or too small.
 * O(n·m·(n + m)) for sizes not seen before.
 *
 * Source: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the other",
 * Annals of Mathematical Statistics 18 (1947).
 */
export function rankSumPValue(earlier: readonly number[], later: readonly number[]): number {
  let smaller = 0;
  for (const value of later) {
    for (const before of earlier) smaller += value < before ? 1 : value === before ? 0.5 : 0;
  }
  return distribution(earlier.length, later.length)[Math.ceil(smaller)]!;
}

/** `chance[u]`: the chance of at most `u` inverted pairs between `first` and `second` values in random order. */
function distribution(first: number, second: number): Float64Array {
  const key = `${first} ${second}`;
  const known = atMost.get(key);
  if (known !== undefined) return known;
  // Gaussian binomial coefficients: multiply by (1 − q^(first + k)) and divide by (1 − q^k), for k up to `second`.
  const size = first * second;
  const chance = new Float64Array(size + 1);
  chance[0] = 1;
  for (let k = 1; k <= second; k += 1) {
    for (let u = size; u >= first + k; u -= 1) chance[u] = chance[u]! - chance[u - first - k]!;
    for (let u = k; u <= size; u += 1) chance[u] = chance[u]! + chance[u - k]!;
  }
  let all = 0;
  for (const count of chance) all += count;
  let sum = 0;
  for (let u = 0; u <= size; u += 1) {
    sum += chance[u]!;
    chance[u] = Math.min(1, sum / all);
  }
  atMost.set(key, chance);
  return chance;
}

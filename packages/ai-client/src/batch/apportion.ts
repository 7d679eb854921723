/**
 * `total`, a count, split among as many as there are `weights`, each getting its share rounded down or up so that the parts sum
 * up to `total` exactly. Where no weight counts, all are equal. Of equal remainders the first get more.
 *
 * Source: the largest remainder method (Alexander Hamilton, 1792).
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum <= 0)
    return weights.length === 0
      ? []
      : apportion(
          total,
          weights.map(() => 1),
        );
  const exact = weights.map((weight) => (total / sum) * weight);
  const parts = exact.map((share) => Math.min(total, Math.floor(share)));
  let rest = total - parts.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - (parts[index] ?? 0) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  // A rest beyond the number of parts, or below nothing, comes of rounding in totals near the end of the exact integers.
  for (let next = 0; rest !== 0; next = (next + 1) % byRemainder.length) {
    const { index } = byRemainder[next] as { readonly index: number };
    const step = rest < 0 ? Math.max(rest, -(parts[index] ?? 0)) : rest > byRemainder.length ? rest : 1;
    parts[index] = (parts[index] ?? 0) + step;
    rest -= step;
  }
  return parts;
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { rankSumPValue } from "./rank-sum.ts";

/** The share of all ways to call `later.length` of the values later that have at most as many inverted pairs. */
function byHand(earlier: readonly number[], later: readonly number[]): number {
  const all = [...earlier, ...later].sort((left, right) => left - right);
  const inverted = (chosen: readonly boolean[]): number =>
    chosen.reduce((sum, isLater, place) => sum + (isLater ? chosen.slice(place).filter((one) => !one).length : 0), 0);
  const seen = inverted(all.map((value) => later.includes(value)));
  let ways = 0;
  let atMost = 0;
  for (let set = 0; set < 2 ** all.length; set += 1) {
    const chosen = all.map((_, place) => (set & (1 << place)) !== 0);
    if (chosen.filter(Boolean).length !== later.length) continue;
    ways += 1;
    if (inverted(chosen) <= seen) atMost += 1;
  }
  return atMost / ways;
}

test("rankSumPValue() counts all orders", () => {
  const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(distinct, fc.integer({ min: 1, max: 8 }), (values, cut) => {
      fc.pre(cut < values.length);
      const [earlier, later] = [values.slice(0, cut), values.slice(cut)];
      expect(rankSumPValue(earlier, later)).toBeCloseTo(byHand(earlier, later), 12);
    }),
    { numRuns: 40 },
  );
});

test("rankSumPValue() knows the extremes of five after thirty, and counts ties half", () => {
  const before = Array.from({ length: 30 }, (_, place) => place);
  expect(rankSumPValue(before, [31, 32, 33, 34, 35])).toBeCloseTo(1 / 324_632, 15);
  expect(rankSumPValue(before, [-1, -2, -3, -4, -5])).toBe(1);
  expect(rankSumPValue([1], [1])).toBe(1);
});

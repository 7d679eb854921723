import fc from "fast-check";
import { expect, test } from "vitest";
import { intervalRank, normalQuantile, signedRankPValue, upperTail } from "./signed-rank.ts";

/** By trying all signs. */
function byHand(values: readonly number[]): number {
  const sizes = values.map(Math.abs);
  const rank = (size: number): number =>
    sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2;
  const ranks = sizes.map((size) => (size === 0 ? 0 : rank(size)));
  const sumOf = (isPositive: (place: number) => boolean): number =>
    ranks.reduce((sum, rank, place) => sum + (isPositive(place) ? rank : 0), 0);
  const seen = sumOf((place) => (values.at(place) ?? 0) > 0);
  let atLeast = 0;
  for (let signs = 0; signs < 2 ** values.length; signs += 1) {
    if (sumOf((place) => (signs & (1 << place)) !== 0) >= seen) atLeast += 1;
  }
  return atLeast / 2 ** values.length;
}

test("signedRankPValue() counts all signs, also with ties and zeros", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 9 }), (values) => {
      expect(signedRankPValue(values)).toBeCloseTo(byHand(values), 12);
    }),
  );
  expect(signedRankPValue([])).toBe(1);
  expect(signedRankPValue([0, 0])).toBe(1);
  expect(signedRankPValue([1, 2, 3, 4, 5])).toBe(1 / 32);
});

test("signedRankPValue() does not depend on scale or order, and falls when a value grows", () => {
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(values, fc.nat(), (values, place) => {
      const p = signedRankPValue(values);
      expect(signedRankPValue(values.map((value) => value * 1024))).toBeCloseTo(p, 12);
      expect(signedRankPValue([...values].reverse())).toBeCloseTo(p, 12);
      const distinct = new Set(values.map(Math.abs)).size === values.length && !values.includes(0);
      fc.pre(distinct);
      const grown = values.with(place % values.length, 1_000);
      expect(signedRankPValue(grown)).toBeLessThanOrEqual(p + 1e-12);
    }),
  );
});

test("signedRankPValue() goes over to the normal distribution without a jump", () => {
  const values = (count: number): number[] =>
    Array.from({ length: count }, (_, place) => (place % 3 === 0 ? -1 : 0.8) * (place + 1));
  const [exact, normal] = [signedRankPValue(values(200)), signedRankPValue(values(201))];
  expect(Math.abs(Math.log(exact / normal))).toBeLessThan(0.3);
});

test("intervalRank() is the one of the published tables", () => {
  // Hollander and Wolfe, table A.4: P(T ≥ 50) = 0.0098 for 10 values, so the interval of 98 % takes the sixth from either side.
  expect(intervalRank(10, 0.01)).toBe(6);
  expect(intervalRank(5, 0.05)).toBe(1);
  expect(intervalRank(4, 0.05)).toBe(0);
  expect(intervalRank(0, 0.05)).toBe(0);
  expect(Math.abs(intervalRank(201, 0.05) - intervalRank(200, 0.05) - 90)).toBeLessThan(15);
});

test("upperTail() and normalQuantile() give the known values and invert each other", () => {
  expect(upperTail(0)).toBe(0.5);
  expect(upperTail(1.6448536269514722)).toBeCloseTo(0.05, 12);
  expect(upperTail(5) / 2.866515718791939e-7).toBeCloseTo(1, 10);
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (z) => {
      expect(normalQuantile(upperTail(z))).toBeCloseTo(z, 7);
    }),
  );
});

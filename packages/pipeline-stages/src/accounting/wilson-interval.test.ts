import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../test/create-random.ts";
import { wilsonInterval } from "./wilson-interval.ts";

test("wilsonInterval() gives the published values", () => {
  // Newcombe 1998, table I, method 3.
  for (const [successes, trials, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const interval = wilsonInterval(successes, trials);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  }
  expect(wilsonInterval(0, 0)).toBeUndefined();
});

test("wilsonInterval() lies within 0 and 1 around the share, and mirrors", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), (successes, failures) => {
      fc.pre(successes + failures > 0);
      const { share, low, high } = wilsonInterval(successes, successes + failures) ?? { share: -1, low: -1, high: -1 };
      expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true);
      const mirror = wilsonInterval(failures, successes + failures);
      expect(mirror?.low).toBeCloseTo(1 - high, 9);
    }),
  );
});

test("wilsonInterval() holds the true share in about 95 of 100 cases", () => {
  const random = createRandom(3);
  let held = 0;
  for (let sample = 0; sample < 2000; sample++) {
    const successes = Array.from({ length: 40 }, random).filter((draw) => draw < 0.1).length;
    const interval = wilsonInterval(successes, 40);
    if (interval !== undefined && interval.low <= 0.1 && 0.1 <= interval.high) held++;
  }
  expect(held / 2000).toBeGreaterThan(0.92);
  expect(held / 2000).toBeLessThan(0.98);
});

test("wilsonInterval() refuses what are no counts", () => {
  for (const [successes, trials] of [
    [-1, 2],
    [3, 2],
    [0.5, 2],
    [0, Number.NaN],
    [0, Infinity],
  ] as const) {
    expect(() => wilsonInterval(successes, trials)).toThrow(RangeError);
  }
});

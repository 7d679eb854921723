import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../test/create-random.ts";
import { estimateMean } from "./estimate-mean.ts";

test("estimateMean() says nothing of fewer than five values, and is narrow where they are equal", () => {
  expect(estimateMean([1, 2, 3, 4])).toBeUndefined();
  expect(estimateMean([2, 2, 2, 2, 2])).toEqual({ mean: 2, low: 2, high: 2 });
});

test("estimateMean() gives an interval within the values, the same each time", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 30 }), (values) => {
      const estimate = estimateMean(values);
      expect(estimateMean(values)).toEqual(estimate);
      const { mean, low, high } = estimate ?? { mean: Number.NaN, low: 0, high: 0 };
      expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      expect(low).toBeLessThanOrEqual(high);
    }),
    { numRuns: 50 },
  );
});

test("estimateMean() holds the true mean in about 95 of 100 cases", () => {
  const random = createRandom(5);
  let held = 0;
  for (let sample = 0; sample < 500; sample++) {
    const estimate = estimateMean(Array.from({ length: 60 }, () => -Math.log(1 - random())));
    if (estimate !== undefined && estimate.low <= 1 && 1 <= estimate.high) held++;
  }
  expect(held / 500).toBeGreaterThan(0.9);
  expect(held / 500).toBeLessThan(0.98);
});

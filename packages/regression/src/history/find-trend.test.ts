import fc from "fast-check";
import { expect, test } from "vitest";
import { normalDurations } from "../../test/normal-values.ts";
import { findTrend } from "./find-trend.ts";

test("findTrend() finds the growth of each run, against noise and outliers", () => {
  const growing = normalDurations(60, 10, 0.05, 4).map((value, run) => value * 1.01 ** run * (run % 9 === 0 ? 30 : 1));
  const trend = findTrend(growing);
  expect(trend.direction).toBe("rising");
  expect(trend.factor).toBeCloseTo(1.01, 2);
  expect(trend.low).toBeLessThan(1.01);
  expect(trend.high).toBeGreaterThan(1.01);
  expect(findTrend(growing.map((value) => 1 / value)).direction).toBe("falling");
});

test("findTrend() holds the true slope as often as it says", () => {
  let held = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const { low, high } = findTrend(normalDurations(25, 10, 0.1, seed), { confidence: 0.9 });
    if (low <= 1 && 1 <= high) held += 1;
  }
  expect(held).toBeGreaterThan(360 - 2 * Math.sqrt(36));
  expect(held).toBeLessThan(390);
});

test("findTrend() does not depend on the unit; a constant factor a run is added to the slope", () => {
  const series = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(series, (durations) => {
      const { factor } = findTrend(durations);
      expect(findTrend(durations.map((value) => value * 1_000)).factor).toBeCloseTo(factor, 9);
      expect(findTrend(durations.map((value, run) => value * 1.1 ** run)).factor / factor).toBeCloseTo(1.1, 9);
    }),
  );
});

test("findTrend() says when it cannot know, leaves out what is no duration but keeps its place", () => {
  expect(findTrend([])).toMatchObject({ direction: "unknown", factor: Number.NaN, count: 0 });
  expect(findTrend([1, 2])).toMatchObject({ direction: "unknown", factor: 2, count: 2 });
  expect(findTrend([1, Number.NaN, 4, -8, 16, 32, 64, 128, 256, 512]).factor).toBeCloseTo(2, 12);
  expect(findTrend([5, 5, 5, 5, 5, 5, 5, 5])).toMatchObject({ direction: "steady", factor: 1, low: 1, high: 1 });
});

test("findTrend() looks at its window only, and refuses options out of range", () => {
  const turned = [
    ...Array.from({ length: 20 }, (_, run) => 2 ** run),
    ...Array.from({ length: 20 }, (_, run) => 0.5 ** run),
  ];
  expect(findTrend(turned, { window: 20 }).direction).toBe("falling");
  for (const options of [{ window: 1 }, { window: 2.5 }, { confidence: 1 }, { confidence: Number.NaN }]) {
    expect(() => findTrend([], options)).toThrow(RangeError);
  }
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LogHistogram } from "./log-histogram.ts";

test("is empty at first", () => {
  const histogram = new LogHistogram();
  expect(histogram.count).toBe(0);
  expect(histogram.atRank(1)).toBeUndefined();
});

test("property: agrees with a sorted list to half a hundredth, also after values were taken out", () => {
  const value = fc.double({ min: -31, max: 31, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1 }),
      fc.array(value),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (kept, gone, share) => {
        const histogram = new LogHistogram();
        for (const log of [...gone, ...kept]) histogram.add(log);
        for (const log of gone) histogram.remove(log);
        const rank = 1 + Math.floor(share * (kept.length - 1));
        expect(histogram.count).toBe(kept.length);
        const expected = kept.toSorted((left, right) => left - right)[rank - 1]!;
        expect(Math.abs(histogram.atRank(rank)! - expected)).toBeLessThanOrEqual(0.005 + 1e-9);
      },
    ),
  );
});

test("ranks and values beyond the ends are held to them", () => {
  const histogram = new LogHistogram();
  histogram.add(-1000);
  histogram.add(1000);
  expect(histogram.atRank(-3)).toBe(-32);
  expect(histogram.atRank(99)).toBeCloseTo(32, 9);
});

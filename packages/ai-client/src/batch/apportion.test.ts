import * as fc from "fast-check";
import { expect, test } from "vitest";
import { apportion } from "./apportion.ts";

test("apportion() gives parts that sum up to the total, each within one of its exact share", () => {
  const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.nat(1_000_000_000), weights, (total, list) => {
      const parts = apportion(total, list);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
      const sum = list.reduce((a, b) => a + b, 0);
      for (const [index, part] of parts.entries()) {
        const exact = sum === 0 ? total / list.length : (total * (list[index] ?? 0)) / sum;
        expect(Number.isInteger(part) && part >= 0).toBe(true);
        expect(Math.abs(part - exact)).toBeLessThan(1 + 1e-6);
      }
    }),
  );
});

test("apportion() sums up exactly in totals near the end of the exact integers, too", () => {
  const total = fc.integer({ min: Number.MAX_SAFE_INTEGER - 1000, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(total, fc.array(fc.nat(1e6), { minLength: 1, maxLength: 10 }), (whole, weights) => {
      const parts = apportion(whole, weights);
      expect(parts.every((part) => part >= 0)).toBe(true);
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(whole));
    }),
  );
});

test("apportion() gives the first more where remainders are equal, and nothing to nobody", () => {
  expect(apportion(5, [1, 1, 1])).toEqual([2, 2, 1]);
  expect(apportion(3, [0, 0])).toEqual([2, 1]);
  expect(apportion(3, [0, 1])).toEqual([0, 3]);
  expect(apportion(3, [])).toEqual([]);
});

import type { HistoryStep } from "@ai-workflow/profiler";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findShadowRates } from "./shadow-rates.ts";

const step = (outcome: HistoryStep["outcome"], rule?: string): HistoryStep => {
  return { id: "a", outcome, seconds: 1, attempts: 1, shadow_of: rule };
};

test("rates are counted by rule; what says nothing of it does not count", () => {
  const steps = [
    ...Array.from({ length: 38 }, () => step("passed", "fingerprint-equal")),
    step("failed", "fingerprint-equal"),
    step("timed-out", "fingerprint-equal"),
    step("passed", "no-relevant-change: when"),
    step("cancelled", "fingerprint-equal"),
    step("inconclusive", "fingerprint-equal"),
    step("failed"),
  ];
  const [equal, irrelevant] = findShadowRates([{ steps }]);
  expect(equal).toMatchObject({ rule: "fingerprint-equal", sampled: 40, failed: 2, rate: 0.05 });
  // As tables of Wilson's interval have it for 2 of 40.
  expect(equal?.low).toBeCloseTo(0.0138, 3);
  expect(equal?.high).toBeCloseTo(0.165, 3);
  expect(irrelevant).toMatchObject({ rule: "no-relevant-change: when", sampled: 1, failed: 0, low: 0 });
  expect(findShadowRates([])).toEqual([]);
});

test("the interval holds the rate, lies between 0 and 1, and narrows with more samples", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (sampled, share) => {
      const failed = Math.round(share * sampled);
      const steps = Array.from({ length: sampled }, (_, index) => step(index < failed ? "failed" : "passed", "r"));
      const [once] = findShadowRates([{ steps }]);
      const [thrice] = findShadowRates([{ steps }, { steps }, { steps }]);
      if (once === undefined || thrice === undefined) throw new Error("no rate");
      expect(once.low).toBeLessThanOrEqual(once.rate);
      expect(once.high).toBeGreaterThanOrEqual(once.rate);
      expect(once.low).toBeGreaterThanOrEqual(0);
      expect(once.high).toBeLessThanOrEqual(1);
      expect(thrice.high - thrice.low).toBeLessThan(once.high - once.low);
    }),
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/create-random.ts";
import type { StepOutcome } from "../evaluate-gate.ts";
import {
  countOutcomes,
  DEFAULT_FAILURE_PRIOR,
  estimateFailureProbability,
  fitFailurePrior,
  type OutcomeCounts,
} from "./estimate-failure-probability.ts";

const counts = fc.record({ passed: fc.nat(300), failed: fc.nat(300) });

describe("estimateFailureProbability()", () => {
  test("is the prior's mean without runs, and nearer to what was seen the more was seen", () => {
    expect(estimateFailureProbability(0, 0)).toBeCloseTo(0.05, 12);
    expect(estimateFailureProbability(1, 1)).toBeCloseTo(1.1 / 4, 12);
    expect(estimateFailureProbability(500, 500)).toBeCloseTo(0.5, 2);
    expect(estimateFailureProbability(0, 10, { passed: 90, failed: 10 })).toBeCloseTo(20 / 110, 12);
  });

  test("lies strictly between the prior's mean and the share seen, and is never 0 or 1", () => {
    fc.assert(
      fc.property(counts, ({ passed, failed }) => {
        fc.pre(passed + failed > 0);
        const seen = failed / (passed + failed);
        const estimate = estimateFailureProbability(passed, failed);
        expect(estimate).toBeGreaterThan(Math.min(seen, 0.05) - 1e-12);
        expect(estimate).toBeLessThan(Math.max(seen, 0.05) + 1e-12);
        expect(estimate).toBeGreaterThan(0);
        expect(estimate).toBeLessThan(1);
      }),
    );
  });

  test("refuses what are no counts", () => {
    for (const bad of [-1, Number.NaN, Infinity]) {
      expect(() => estimateFailureProbability(bad, 0)).toThrow(RangeError);
      expect(() => estimateFailureProbability(0, bad)).toThrow(RangeError);
      expect(() => estimateFailureProbability(0, 0, { passed: bad, failed: 1 })).toThrow(RangeError);
      expect(() => fitFailurePrior([{ passed: bad, failed: 1 }])).toThrow(RangeError);
    }
    expect(() => estimateFailureProbability(0, 0, { passed: 1, failed: 0 })).toThrow(RangeError);
  });
});

describe("fitFailurePrior()", () => {
  const strengthOf = ({ passed, failed }: OutcomeCounts): number => passed + failed;

  test("draws steps that fail alike strongly to their mean, and steps that do not weakly", () => {
    const alike = fitFailurePrior(Array.from({ length: 20 }, () => ({ passed: 90, failed: 10 })));
    expect(strengthOf(alike)).toBe(200);
    expect(alike.failed / strengthOf(alike)).toBeCloseTo(0.1, 2);
    const unlike = fitFailurePrior([
      { passed: 100, failed: 0 },
      { passed: 100, failed: 0 },
      { passed: 0, failed: 100 },
      { passed: 100, failed: 0 },
    ]);
    expect(strengthOf(unlike)).toBe(1);
  });

  test("is the default where there is too little to learn from, and holds no failure impossible where none was seen", () => {
    expect(fitFailurePrior([])).toBe(DEFAULT_FAILURE_PRIOR);
    expect(
      fitFailurePrior([
        { passed: 5, failed: 5 },
        { passed: 0, failed: 0 },
      ]),
    ).toBe(DEFAULT_FAILURE_PRIOR);
    const spotless = fitFailurePrior([
      { passed: 98, failed: 0 },
      { passed: 100, failed: 0 },
    ]);
    expect(strengthOf(spotless)).toBeCloseTo(2, 12);
    expect(spotless.failed).toBeCloseTo((2 * 0.1) / 200, 12);
  });

  test("is a valid prior for any counts", () => {
    fc.assert(
      fc.property(fc.array(counts), (steps) => {
        const prior = fitFailurePrior(steps);
        const estimate = estimateFailureProbability(0, 0, prior);
        expect(estimate).toBeGreaterThan(0);
        expect(estimate).toBeLessThan(1);
        expect(strengthOf(prior)).toBeGreaterThan(0.999);
        expect(strengthOf(prior)).toBeLessThan(200.001);
      }),
    );
  });

  test("recovers the prior that made the counts, and estimates better than the shares seen", () => {
    const random = createRandom(8);
    // Beta(1, 9) by order statistics: the smallest of nine uniform numbers.
    const truth = Array.from({ length: 400 }, () => Math.min(...Array.from({ length: 9 }, random)));
    const seen = truth.map((p) => {
      const failed = Array.from({ length: 20 }, random).filter((draw) => draw < p).length;
      return { passed: 20 - failed, failed };
    });
    const prior = fitFailurePrior(seen);
    expect(prior.failed / strengthOf(prior)).toBeCloseTo(0.1, 1);
    expect(strengthOf(prior)).toBeGreaterThan(7);
    expect(strengthOf(prior)).toBeLessThan(14);
    const error = (estimates: readonly number[]): number =>
      estimates.reduce((sum, estimate, index) => sum + (estimate - (truth[index] ?? 0)) ** 2, 0);
    const shrunk = seen.map(({ passed, failed }) => estimateFailureProbability(passed, failed, prior));
    const raw = seen.map(({ failed }) => failed / 20);
    expect(error(shrunk)).toBeLessThan(0.8 * error(raw));
  });
});

describe("countOutcomes()", () => {
  const run = (outcome: StepOutcome): { steps: { id: string; outcome: StepOutcome; seconds: number }[] } => ({
    steps: [{ id: "a", outcome, seconds: 1 }],
  });

  test("counts what ran and ended, and nothing else", () => {
    const all = (["passed", "failed", "timed-out", "replayed", "skipped", "cancelled", "inconclusive"] as const).map(
      run,
    );
    expect(countOutcomes(all)).toEqual(new Map([["a", { passed: 1, failed: 2 }]]));
    expect(countOutcomes([run("skipped")])).toEqual(new Map());
  });

  test("weighs older runs less with a half-life", () => {
    const history = [run("failed"), run("passed"), run("passed")];
    expect(countOutcomes(history, { halfLifeRuns: 1 }).get("a")).toEqual({ passed: 1.5, failed: 0.25 });
    for (const halfLifeRuns of [0, -1, Number.NaN]) {
      expect(() => countOutcomes(history, { halfLifeRuns })).toThrow(RangeError);
    }
  });
});

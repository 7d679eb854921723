import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../statistics/create-random.ts";
import { comparePairs, type CompareOptions, type MeasureComparison } from "./compare-pairs.ts";
import type { Pair } from "./measurement.ts";

const cpuPairs = (rows: readonly (readonly [number, number])[]): Pair[] =>
  rows.map(([baseline, compare]) => ({ baseline: { cpuMs: baseline }, compare: { cpuMs: compare } }));

interface Numbers extends Pick<MeasureComparison, "verdict" | "furtherPairs"> {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** What is said about CPU time; NaN where there is no interval. */
function cpuOf(pairs: readonly Pair[], options: CompareOptions = {}): Numbers {
  const found = comparePairs(pairs, { ...options, measures: ["cpuMs"] }).measures.at(0);
  if (found === undefined) throw new Error("CPU time is missing");
  const { verdict, furtherPairs, ratio = Number.NaN, low = Number.NaN, high = Number.NaN } = found;
  return { verdict, furtherPairs, ratio, low, high };
}

/** Log-normal noise with heavy tails around a true ratio. */
function noisyPairs(count: number, ratio: number, noise: number, random: () => number): Pair[] {
  const logistic = (): number => Math.log(1 / (1 - random()) - 1 + 1e-300);
  return cpuPairs(
    Array.from({ length: count }, () => [
      100 * Math.exp(noise * logistic()),
      100 * ratio * Math.exp(noise * logistic()),
    ]),
  );
}

const rows = fc.array(
  fc.tuple(fc.double({ min: 1, max: 1_000, noNaN: true }), fc.double({ min: 1, max: 1_000, noNaN: true })),
  {
    minLength: 5,
    maxLength: 25,
  },
);

describe("comparePairs()", () => {
  test.each([
    ["slower", 1.5],
    ["faster", 1 / 1.5],
    ["same", 1],
    ["same", 1.05],
  ] as const)("says %s of a ratio of %f that is plain to see", (verdict, ratio) => {
    const pairs = cpuPairs(
      Array.from({ length: 8 }, (_, pair) => [100 + pair, (100 + pair) * ratio * (1 + 0.002 * (pair % 3))]),
    );
    const { verdict: said, decidedBy, measures } = comparePairs(pairs);
    expect([said, decidedBy]).toEqual([verdict, "cpuMs"]);
    expect(measures[0]?.ratio).toBeCloseTo(ratio, 2);
    expect(measures[0]?.furtherPairs).toBe(0);
  });

  test("says inconclusive, and how many pairs are missing, where it cannot know", () => {
    const noisy = cpuPairs([
      [100, 150],
      [100, 70],
      [100, 120],
      [100, 88],
      [100, 140],
      [100, 75],
    ]);
    const [cpu] = comparePairs(noisy).measures;
    expect(cpu?.verdict).toBe("inconclusive");
    expect(cpu?.furtherPairs).toBeGreaterThan(10);
    for (const count of [0, 1, 4]) {
      const few = comparePairs(cpuPairs(Array.from({ length: count }, () => [100, 300])), { measures: ["cpuMs"] });
      expect(few.verdict).toBe("inconclusive");
      expect(few.measures[0]).toMatchObject({ ratio: undefined, furtherPairs: 5 - count });
    }
  });

  test("takes what is all equal for the same", () => {
    expect(comparePairs(cpuPairs(Array.from({ length: 6 }, () => [100, 100]))).measures[0]).toMatchObject({
      verdict: "same",
      ratio: 1,
      low: 1,
      high: 1,
    });
  });

  test("sets aside what is no positive number, by reason, and goes by the next measure where none is left", () => {
    const odd = [
      Number.NaN,
      0,
      -5,
      Number.POSITIVE_INFINITY,
      undefined,
      "100" as unknown as number,
      null as unknown as number,
    ];
    const pairs = odd.map((cpuMs) => ({ baseline: { cpuMs, wallMs: 10 }, compare: { cpuMs: 100, wallMs: 20 } }));
    const { verdict, decidedBy, measures } = comparePairs(pairs);
    expect(measures[0]).toMatchObject({
      pairs: 0,
      setAside: { "not-finite": 3, "not-positive": 2, missing: 2 },
      baseline: undefined,
    });
    expect([verdict, decidedBy]).toEqual(["slower", "wallMs"]);
    expect(measures[2]?.setAside).toEqual({ missing: 7 });
    expect(comparePairs([]).decidedBy).toBeUndefined();
    expect(comparePairs([null as unknown as Pair]).measures[0]?.setAside).toEqual({ missing: 1 });
    expect(comparePairs([{} as Pair]).measures[0]?.setAside).toEqual({ missing: 1 });
  });

  test.each(["signed-rank", "bootstrap"] as const)("does not depend on the unit, with %s", (interval) => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0.001, 8, 1e6), (rows, factor) => {
        const one = cpuOf(cpuPairs(rows), { interval });
        const other = cpuOf(cpuPairs(rows.map(([a, b]) => [a * factor, b * factor])), { interval });
        expect(other.ratio / one.ratio).toBeCloseTo(1, 9);
        expect(other.low / one.low).toBeCloseTo(1, 9);
      }),
      { numRuns: interval === "bootstrap" ? 5 : 100 },
    );
  });

  test("turns the ratio and the verdict over when the arms are exchanged", () => {
    const opposite = { faster: "slower", slower: "faster", same: "same", inconclusive: "inconclusive" };
    fc.assert(
      fc.property(rows, (rows) => {
        const one = cpuOf(cpuPairs(rows));
        const other = cpuOf(cpuPairs(rows.map(([a, b]) => [b, a])));
        expect(other.verdict).toBe(opposite[one.verdict]);
        expect(other.ratio * one.ratio).toBeCloseTo(1, 9);
        expect(other.low * one.high).toBeCloseTo(1, 9);
      }),
    );
  });

  test("never calls a larger ratio less slow", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 1, max: 3, noNaN: true }), (rows, factor) => {
        const one = cpuOf(cpuPairs(rows));
        const other = cpuOf(cpuPairs(rows.map(([a, b]) => [a, b * factor])));
        expect(other.ratio).toBeGreaterThanOrEqual(one.ratio * (1 - 1e-9));
        if (one.verdict === "slower") expect(other.verdict).toBe("slower");
      }),
    );
  });

  test.each([
    ["signed-rank", 12, 0.9, 400],
    ["bootstrap", 30, 0.86, 150],
  ] as const)("holds the true ratio as often as it says, with %s", (interval, count, atLeast, trials) => {
    const random = createRandom(7);
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const cpu = cpuOf(noisyPairs(count, 1.3, 0.06, random), { interval, seed: trial });
      if (cpu.low <= 1.3 && 1.3 <= cpu.high) held += 1;
    }
    // Two standard errors below what is promised.
    expect(held / trials).toBeGreaterThan(atLeast - 2 * Math.sqrt(0.09 / trials));
    expect(held / trials).toBeLessThan(0.98);
  });

  test("asks for about as many further pairs as it takes", () => {
    const random = createRandom(3);
    let decided = 0;
    let asked = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const pairs = noisyPairs(10, 1.02, 0.08, random);
      const first = cpuOf(pairs);
      if (first.verdict !== "inconclusive") continue;
      asked += 1;
      pairs.push(...noisyPairs(2 * first.furtherPairs, 1.02, 0.08, random));
      if (comparePairs(pairs).verdict !== "inconclusive") decided += 1;
    }
    expect(asked).toBeGreaterThan(50);
    expect(decided / asked).toBeGreaterThan(0.7);
  });

  test("gives the same bootstrap for the same seed, and refuses options out of range", () => {
    const pairs = noisyPairs(20, 1.1, 0.1, createRandom(1));
    const at = (seed: number): number => cpuOf(pairs, { interval: "bootstrap", seed }).low;
    expect(at(5)).toBe(at(5));
    expect(new Set([1, 2, 3, 4, 5, 6].map(at)).size).toBeGreaterThan(1);
    for (const thresholdPercent of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => comparePairs([], { thresholdPercent })).toThrow(RangeError);
    }
    for (const confidence of [0.4, 1, Number.NaN]) expect(() => comparePairs([], { confidence })).toThrow(RangeError);
    expect(() => comparePairs([], { seed: 0.5 })).toThrow("`seed` must be a whole number, got 0.5");
  });
});

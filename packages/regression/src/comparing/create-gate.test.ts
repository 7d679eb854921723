import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../statistics/create-random.ts";
import { createGate, type GateDecision, type GateOptions, type GateState } from "./create-gate.ts";
import type { Pair } from "./measurement.ts";

const pairOf = (ratio: number): Pair => ({ baseline: { cpuMs: 100 }, compare: { cpuMs: 100 * ratio } });

function runGate(ratios: Iterable<number>, options: GateOptions = {}): GateState {
  const gate = createGate(options);
  for (const ratio of ratios) {
    if (gate.add(pairOf(ratio)).decision !== "continue") break;
  }
  return gate.state;
}

/** How often each decision comes out, where logarithms scatter with heavy tails (logistic). */
function ratesOf(
  ratio: number,
  noise: number,
  trials: number,
  options: GateOptions = {},
): Record<GateDecision, number> {
  const random = createRandom(11);
  const counts = { ok: 0, regression: 0, inconclusive: 0, continue: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    const ratios = Array.from({ length: options.maxPairs ?? 40 }, () => {
      const u = random();
      return ratio * Math.exp(noise * Math.log((u + 1e-12) / (1 - u)));
    });
    counts[runGate(ratios, options).decision] += 1;
  }
  return counts;
}

describe("createGate()", () => {
  test("decides at its first looks where the answer is plain, and no sooner", () => {
    const scattered = (ratio: number): number[] => Array.from({ length: 40 }, (_, pair) => ratio + 0.0001 * pair);
    expect(runGate(scattered(1))).toMatchObject({ decision: "ok", pairs: 8, nextLook: undefined });
    expect(runGate(scattered(1.3))).toMatchObject({ decision: "regression", pairs: 12 });
    expect(runGate(scattered(0.5)).decision).toBe("ok");
    const gate = createGate();
    expect(gate.state).toEqual({ decision: "continue", pairs: 0, setAside: {}, ratio: undefined, nextLook: 8 });
    expect(gate.add(pairOf(9))).toMatchObject({ decision: "continue", pairs: 1, nextLook: 8 });
  });

  test("errs no more often than it may, though it looks again and again", () => {
    // Right at the borders of what is promised: half of the threshold, and the threshold.
    const trials = 3_000;
    const alarms = ratesOf(1.05, 0.05, trials, { falseAlarmRate: 0.05 }).regression;
    expect(alarms / trials).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / trials));
    expect(alarms).toBeGreaterThan(0);
    const missed = ratesOf(1.1, 0.05, trials).ok;
    expect(missed / trials).toBeLessThan(0.1 + 2 * Math.sqrt(0.09 / trials));
    expect(missed).toBeGreaterThan(0);
  });

  test("keeps to 1 % false alarms without a change and catches 90 % at +20 %", () => {
    const trials = 2_000;
    expect(ratesOf(1, 0.06, trials).regression).toBeLessThanOrEqual(trials / 100);
    expect(ratesOf(1.2, 0.06, trials).regression).toBeGreaterThanOrEqual(0.9 * trials);
  });

  test("is inconclusive, not wrong, where noise drowns everything", () => {
    const rates = ratesOf(1.2, 0.5, 500);
    expect(rates.inconclusive).toBeGreaterThan(400);
    expect(rates.ok).toBeLessThan(50);
  });

  test("catches more with more pairs, a higher threshold catches less", () => {
    const caught = (options: GateOptions): number => ratesOf(1.2, 0.12, 400, options).regression;
    expect(caught({ maxPairs: 60 })).toBeGreaterThan(caught({ maxPairs: 20 }));
    expect(caught({ thresholdPercent: 5 })).toBeGreaterThan(caught({ thresholdPercent: 15 }));
    expect(caught({ falseAlarmRate: 0.2 })).toBeGreaterThan(caught({ falseAlarmRate: 0.001 }));
    const ok = (power: number): number => ratesOf(1, 0.12, 400, { power }).ok;
    expect(ok(0.7)).toBeGreaterThan(ok(0.99));
  });

  test("a single disturbed run does not decide", () => {
    const ratios = Array.from({ length: 40 }, (_, pair) => (pair === 3 ? 50 : 1 + 0.001 * pair));
    expect(runGate(ratios).decision).toBe("ok");
  });

  test("always ends by `maxPairs`, whatever it is given, and then stays as it is", () => {
    const ratio = fc.oneof(
      fc.double({ min: 0.1, max: 10 }),
      fc.constantFrom(Number.NaN, 0, -1, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(fc.array(ratio, { minLength: 30, maxLength: 30 }), (ratios) => {
        const gate = createGate({ maxPairs: 30 });
        const states = ratios.map((one) => gate.add(pairOf(one)));
        const last = states.at(-1)!;
        expect(last.decision).not.toBe("continue");
        const end = states.findIndex(({ decision }) => decision !== "continue");
        expect(gate.looks).toContain(end + 1);
        expect(gate.add(pairOf(100))).toEqual(states[end]);
        expect(last.pairs + Object.values(last.setAside).reduce((sum, count) => sum + count, 0)).toBe(end + 1);
      }),
    );
  });

  test("ends inconclusive when nothing can be used, and counts why", () => {
    const gate = createGate({ maxPairs: 8, measure: "wallMs" });
    for (let pair = 0; pair < 8; pair += 1) gate.add(pairOf(1));
    expect(gate.state).toMatchObject({ decision: "inconclusive", pairs: 0, setAside: { missing: 8 } });
  });

  test("does not depend on the unit", () => {
    fc.assert(
      fc.property(
        // Far enough from each other that rounding in another unit makes none equal, which would give them other ranks.
        fc.array(fc.integer({ min: 512, max: 2_048 }), { minLength: 40, maxLength: 40 }),
        (parts) => {
          const ratios = parts.map((part) => part / 1_024);
          const gate = createGate();
          let last: GateState | undefined;
          for (const ratio of ratios) last = gate.add({ baseline: { cpuMs: 0.3 }, compare: { cpuMs: 0.3 * ratio } });
          expect(last?.decision).toBe(runGate(ratios).decision);
        },
      ),
    );
  });

  test("looks after even numbers of pairs, and refuses options out of range", () => {
    expect(createGate().looks).toEqual([8, 12, 16, 22, 30, 40]);
    expect(createGate({ maxPairs: 9 }).looks).toEqual([8, 9]);
    for (const options of [
      { maxPairs: 7 },
      { maxPairs: 8.5 },
      { maxPairs: Number.POSITIVE_INFINITY },
      { falseAlarmRate: 0 },
      { falseAlarmRate: 0.6 },
      { power: 1 },
      { power: 0.4 },
      { thresholdPercent: 0 },
      { thresholdPercent: Number.NaN },
    ]) {
      expect(() => createGate(options), JSON.stringify(options)).toThrow(RangeError);
    }
  });
});

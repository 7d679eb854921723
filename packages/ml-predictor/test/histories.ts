import * as fc from "fast-check";
import type { Sample } from "../src/sample.ts";

/** A row with everything a test does not care about filled in. */
export function sample(row: Partial<Sample> & Pick<Sample, "run" | "seconds">): Sample {
  return { time: 1_700_000_000, step: "build", outcome: "passed", ...row };
}

/** One step, one duration a run. */
export function series(durations: readonly number[], row: Partial<Sample> = {}): Sample[] {
  return durations.map((seconds, run) => sample({ run, seconds, ...row }));
}

/** Any history that parsing lets through, in any order, odd values included. */
export const anyHistory: fc.Arbitrary<Sample[]> = fc.array(
  fc.record(
    {
      run: fc.oneof(fc.nat(30), fc.integer({ min: -5, max: 5 }), fc.constantFrom("a", "b", "__proto__")),
      time: fc.integer(),
      step: fc.constantFrom("a", "b", "c", "d", "e", "__proto__", "constructor"),
      kind: fc.constantFrom("tests", "docs", "toString"),
      machine: fc.constantFrom("small", "large"),
      seconds: fc.oneof(
        fc.constantFrom(0, 5e-324, 1e-9, 0.001, 1, 60, 99_999_999),
        fc.double({ min: 0, max: 99_999_999, noNaN: true }),
      ),
      outcome: fc.constant("passed" as const),
    },
    { requiredKeys: ["run", "time", "step", "seconds", "outcome"] },
  ),
  { maxLength: 150 },
);

/** Rows that must never be learned. */
export const impossibleRow: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, 3, "{", '{"run":1,"time":1,"step":"a","secon', [], {}),
  fc
    .record({
      run: fc.nat(30),
      step: fc.constantFrom("a", "b"),
      bad: fc.oneof(
        fc.record({
          seconds: fc.constantFrom(
            Number.NaN,
            -1,
            -0.5,
            Infinity,
            -Infinity,
            1_700_000_000,
            1_700_000_000_000,
            "3",
            null,
          ),
          outcome: fc.constant("passed"),
        }),
        fc.record({
          seconds: fc.constant(7777),
          outcome: fc.constantFrom(
            "failed",
            "timed-out",
            "replayed",
            "cancelled",
            "inconclusive",
            "skipped",
            "green",
            undefined,
          ),
        }),
      ),
    })
    .map(({ run, step, bad }) => ({ run, time: 1, step, ...bad })),
);

/** A reproducible source of numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A normal deviate. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

import { expect, test } from "vitest";
import { createRandom, normal, sample } from "../test/histories.ts";
import { createMemoryPredictor } from "./create-memory-predictor.ts";
import { createModelCandidate } from "./model/create-model-candidate.ts";
import { simpleRules } from "./rules.ts";
import { parseSamples, type Sample } from "./sample.ts";

const GIBIBYTE = 2 ** 30;

function history(runs: number): Sample[] {
  const random = createRandom(4);
  return Array.from({ length: runs }, (_, run) =>
    ["link", "lint", "pack"].map((step, place) => {
      const bytes = 1e6 * 10 ** (2 * random());
      const peakMemoryBytes = (place + 1) * 2000 * bytes * Math.exp(0.08 * normal(random));
      return sample({ run, step, seconds: 5, features: { bytes }, peakMemoryBytes });
    }),
  ).flat();
}

test("peak memory is predicted in bytes, above 100 MB as well, with a bound for admission", () => {
  const rows = Array.from({ length: 30 }, (_, run) =>
    sample({ run, seconds: 1, peakMemoryBytes: (4 + (run % 2)) * GIBIBYTE }),
  );
  const { p50Bytes, p90Bytes, runs } = createMemoryPredictor(rows).predict({ step: "build" });
  expect(runs).toBe(30);
  expect(p50Bytes / GIBIBYTE).toBeGreaterThan(3.9);
  expect(p90Bytes / GIBIBYTE).toBeGreaterThan(4.9);
  expect(p90Bytes / GIBIBYTE).toBeLessThan(6.3);
});

test("peak memory follows the input where the model takes part", () => {
  const memory = createMemoryPredictor(history(60), { candidates: [...simpleRules, createModelCandidate()] });
  for (const bytes of [2e6, 5e7]) {
    const { p50Bytes } = memory.predict({ step: "pack", features: { bytes } });
    expect(p50Bytes / (6000 * bytes)).toBeGreaterThan(0.8);
    expect(p50Bytes / (6000 * bytes)).toBeLessThan(1.25);
  }
  expect(memory.status().accuracy?.within20).toBeGreaterThan(0.85);
});

test("rows without peak memory, and those that cannot be true, teach nothing; the fallback serves", () => {
  const { samples } = parseSamples([
    { run: 1, time: 0, step: "a", seconds: 1, outcome: "passed" },
    { run: 1, time: 0, step: "b", seconds: 1, outcome: "passed", peakMemoryBytes: -5 },
    { run: 1, time: 0, step: "c", seconds: 1, outcome: "passed", peakMemoryBytes: "much" },
    { run: 1, time: 0, step: "d", seconds: 1, outcome: "passed", peakMemoryBytes: Number.NaN },
  ]);
  expect(samples.map(({ peakMemoryBytes }) => peakMemoryBytes)).toEqual([undefined, undefined, undefined, undefined]);
  const { p50Bytes, p90Bytes } = createMemoryPredictor(samples, { fallbackBytes: GIBIBYTE }).predict({ step: "a" });
  expect([p50Bytes, p90Bytes]).toEqual([GIBIBYTE, GIBIBYTE]);
  expect(createMemoryPredictor([]).predict({ step: "a" }).p50Bytes).toBe(256 * 2 ** 20);
  const wrong = sample({ run: 1, seconds: 1, peakMemoryBytes: Infinity });
  expect(createMemoryPredictor([wrong]).predict({ step: "build" }).runs).toBe(0);
});

test("a fallback that is no number of bytes is refused", () => {
  expect(() => createMemoryPredictor([], { fallbackBytes: -1 })).toThrow(RangeError);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyHistory, createRandom, impossibleRow, normal, sample, series } from "../test/histories.ts";
import { createPredictor } from "./create-predictor.ts";
import { lastValue, meanOfFive } from "./rules.ts";
import { parseSamples, type Sample } from "./sample.ts";

const steady = (runs: number, seconds = 10): Sample[] => series(Array.from({ length: runs }, () => seconds));

test("a steady step is predicted as it was, in milliseconds", () => {
  const prediction = createPredictor(steady(30)).predict({ step: "build" });
  expect(prediction.p50Ms).toBe(10_000);
  expect(prediction.p90Ms).toBeGreaterThanOrEqual(10_000);
  expect(prediction.p90Ms).toBeLessThan(11_000);
  expect(prediction.runs).toBe(30);
  expect(prediction.source).toBe("last value: best over all steps");
});

test("runs counts runs, not rows", () => {
  expect(createPredictor([...steady(4), ...steady(4)]).predict({ step: "build" }).runs).toBe(4);
});

test("below ten runs the first rule serves and the status says so", () => {
  // The mean is clearly better here, but nine runs are not asked.
  const jumpy = series([10, 11.5, 10, 11.5, 10, 11.5, 10, 11.5, 10]);
  const predictor = createPredictor(jumpy);
  expect(createPredictor(jumpy, { minRuns: 9 }).predict({ step: "build" }).source).not.toMatch(/^last value/);
  expect(predictor.predict({ step: "build" })).toMatchObject({
    p50Ms: 10_000,
    source: "last value: too few runs (9) to compare rules",
  });
  expect(predictor.status().enoughRuns).toBe(false);
  expect(predictor.status().lines[0]).toBe("runs: 9 of the 10 needed to compare rules; until then last value serves");
  expect(createPredictor(steady(10)).status().enoughRuns).toBe(true);
});

test("a step whose noise asks for a mean leaves the last value, and says by how much", () => {
  const random = createRandom(5);
  const rows: Sample[] = [];
  const levels = Array.from({ length: 8 }, (_, step) => 10 + step);
  for (let run = 0; run < 150; run += 1) {
    for (const [step, level] of levels.entries()) {
      // These wander in large steps: the last value is best.
      levels[step] = level * Math.exp(0.15 * normal(random));
      rows.push(sample({ run, step: `wanders-${step}`, seconds: level }));
    }
    rows.push(sample({ run, step: "noisy", seconds: 50 * Math.exp(0.12 * normal(random)) }));
  }
  const predictor = createPredictor(rows, { candidates: [lastValue, meanOfFive] });
  expect(predictor.predict({ step: "wanders-1" }).source).toBe("last value: best over all steps");
  expect(predictor.predict({ step: "noisy" }).source).toMatch(
    /^mean of five: better than last value here by \d+\.\d % ± \d+\.\d % over 149 predictions$/,
  );
  expect(predictor.status().rules).toEqual([
    { name: "last value", steps: 8, isDefault: true },
    { name: "mean of five", steps: 1, isDefault: false },
  ]);
});

test("a step never seen is predicted from its kind, else from all", () => {
  const rows = [1, 2, 3, 100, 200, 300].map((seconds, place) =>
    sample({ run: 0, step: `step-${place}`, seconds, kind: place < 3 ? "docs" : "tests" }),
  );
  const predictor = createPredictor(rows);
  const docs = predictor.predict({ step: "new", kind: "docs" });
  const tests = predictor.predict({ step: "new", kind: "tests" });
  const other = predictor.predict({ step: "new", kind: "release" });
  expect(docs.p50Ms / 2000).toBeCloseTo(1, 1);
  expect(tests.p50Ms / 200_000).toBeCloseTo(1, 1);
  expect(other.p50Ms / 3000).toBeCloseTo(1, 1);
  expect(tests.p90Ms / 300_000).toBeCloseTo(1, 1);
  expect([docs.source, other.source]).toEqual([
    "never seen: median of 3 steps of kind docs",
    "never seen: median of 6 steps",
  ]);
  expect(docs.runs).toBe(0);
});

test("a step with one odd run among steps that are alike is drawn to them, and says so", () => {
  const random = createRandom(9);
  const rows: Sample[] = [];
  for (let run = 0; run < 20; run += 1) {
    for (let step = 0; step < 6; step += 1)
      rows.push(sample({ run, step: `s${step}`, seconds: 10 * Math.exp(0.2 * normal(random)) }));
  }
  rows.push(sample({ run: 19, step: "fresh", seconds: 40 }));
  const { p50Ms, source } = createPredictor(rows).predict({ step: "fresh" });
  expect(p50Ms).toBeLessThan(20_000);
  expect(p50Ms).toBeGreaterThan(7000);
  expect(source).toMatch(/; few runs, drawn towards its group$/);
});

test("without history the fallback is given and called that", () => {
  expect(createPredictor([]).predict({ step: "build" })).toEqual({
    p50Ms: 60_000,
    p90Ms: 60_000,
    source: "no history yet: the fallback",
    runs: 0,
  });
  expect(createPredictor([], { fallbackMs: 5 }).predict({ step: "build" }).p50Ms).toBe(5);
  expect(createPredictor([]).status().lines).toEqual([
    "runs: 0 of the 10 needed to compare rules; until then last value serves",
    "rows set aside: none",
    "accuracy: not known yet (no step has been predicted from an earlier run)",
    "rules: none in use",
  ]);
});

test("the status counts what was set aside, by parsing and by the predictor itself", () => {
  const { samples, setAside } = parseSamples([...steady(12), { ...steady(1)[0], outcome: "failed" }, "{"]);
  const predictor = createPredictor(
    [...samples, ...series([-1, Number.NaN]), { ...sample({ run: 1, seconds: 1 }), outcome: "failed" }],
    {
      setAside,
    },
  );
  const status = predictor.status();
  expect(status.setAside).toEqual({ failed: 2, malformed: 1, negative: 1, "not-a-number": 1 });
  expect(status.lines).toEqual([
    "runs: 12",
    "rows set aside: 2 failed, 1 malformed, 1 negative, 1 not-a-number",
    "accuracy: 100.0 % of 6 predictions within 20 %, median error 0.0 %, mean error 0.00 s, p90 held in 100.0 % " +
      "(each of the last 6 of 12 runs predicted from earlier runs only, steps seen before; error is |predicted - actual| / actual)",
    "rules: last value (default) for 1 step",
  ]);
  expect(status.accuracy).toEqual(predictor.backTest.served.total);
});

test("bad arguments are refused", () => {
  expect(() => createPredictor([], { fallbackMs: -1 })).toThrow(RangeError);
  expect(() => createPredictor([]).predict({ step: "" })).toThrow(TypeError);
});

test("property: predictions are finite and of at least 0 for any history, and p90 is never below p50", () => {
  fc.assert(
    fc.property(
      anyHistory,
      fc.array(impossibleRow),
      fc.integer({ min: 1, max: 12 }),
      (history, impossible, minRuns) => {
        const predictor = createPredictor([...history, ...(impossible as Sample[])], { minRuns });
        for (const step of ["a", "c", "new", "__proto__"]) {
          for (const machine of ["small", "unknown", undefined]) {
            const { p50Ms, p90Ms, source } = predictor.predict({ step, machine, kind: "tests" });
            expect(Number.isFinite(p50Ms) && p50Ms >= 0).toBe(true);
            expect(Number.isFinite(p90Ms) && p90Ms >= p50Ms).toBe(true);
            expect(source).not.toBe("");
          }
        }
      },
    ),
  );
});

test("property: rows set aside change nothing but their count, wherever they stand", () => {
  const places = fc.array(fc.tuple(impossibleRow, fc.nat(200)));
  fc.assert(
    fc.property(anyHistory, places, (history, impossible) => {
      const mixed: unknown[] = [...history];
      for (const [row, place] of impossible) mixed.splice(Math.min(place, mixed.length), 0, row);
      const clean = createPredictor(history, { minRuns: 3 });
      const parsed = parseSamples(mixed);
      const dirty = createPredictor(parsed.samples, { minRuns: 3, setAside: parsed.setAside });
      for (const step of ["a", "b", "new"]) expect(dirty.predict({ step })).toEqual(clean.predict({ step }));
      expect(dirty.status()).toMatchObject({ runs: clean.status().runs, rules: clean.status().rules });
      const atEnd = parseSamples([...history, ...impossible.map(([row]) => row)]);
      expect(dirty.status().setAside).toEqual(atEnd.setAside);
    }),
  );
});

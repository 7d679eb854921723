import * as fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { anyHistory, createRandom, normal, sample, series } from "../test/histories.ts";
import { backTest } from "./back-test.ts";
import type { Candidate } from "./candidate.ts";
import { createPredictor } from "./create-predictor.ts";
import { loss } from "./choose-rule.ts";
import { PredictorError } from "./errors.ts";
import { lastValue, meanOfFive, simpleRules } from "./rules.ts";
import type { Sample } from "./sample.ts";

test("every run is predicted from the runs before it", () => {
  const { candidates, rows } = backTest(series([4, 6, 12, 3]), { candidates: [lastValue, meanOfFive], warmUpShare: 0 });
  expect(rows.map(({ seconds }) => seconds)).toEqual([4, 6, 12, 3]);
  expect([...(candidates[0]?.p50Seconds ?? [])]).toEqual([Number.NaN, 4, 6, 12]);
  expect([...(candidates[1]?.p50Seconds ?? [])].slice(1).map((seconds) => seconds.toFixed(3))).toEqual([
    "4.000",
    "5.000",
    "7.333",
  ]);
});

test("rows of one run do not help each other", () => {
  const rows = [1, 2, 3].flatMap((seconds, run) => [sample({ run, seconds }), sample({ run, seconds: seconds * 10 })]);
  const [last] = backTest(rows, { warmUpShare: 0 }).candidates;
  expect([...(last?.p50Seconds ?? [])]).toEqual([Number.NaN, Number.NaN, 10, 10, 20, 20]);
});

test("scores are what their definitions say", () => {
  // Last value predicts 10, 10, 12, 6; errors 0, 2, 6, 6 on 10, 12, 6, 12.
  const { candidates, scoredRuns } = backTest(series([10, 10, 12, 6, 12]), { warmUpShare: 0 });
  expect(scoredRuns).toBe(5);
  const total = candidates[0]?.total;
  expect(total?.rows).toBe(4);
  expect(total?.maeSeconds).toBeCloseTo(14 / 4, 12);
  expect(total?.medianApe).toBeCloseTo((2 / 12 + 6 / 12) / 2, 12);
  expect(total?.within20).toBe(0.5);
  expect(candidates[0]?.steps.get("build")).toEqual(total);
});

test("only the last runs are scored, and only steps seen before", () => {
  const rows = [...series([1, 1, 1, 1]), sample({ run: 3, step: "new", seconds: 5 })];
  const { candidates, runs, scoredRuns } = backTest(rows);
  expect([runs, scoredRuns]).toEqual([4, 2]);
  expect(candidates[0]?.total?.rows).toBe(2);
  expect([...(candidates[0]?.steps.keys() ?? [])]).toEqual(["build"]);
});

test("p90 held is counted against the bound made beforehand", () => {
  const { candidates } = backTest(series([...Array.from({ length: 30 }, () => 10), 100]), { warmUpShare: 0 });
  expect(candidates[0]?.total?.p90Coverage).toBeCloseTo(29 / 30, 12);
});

test("rules per machine take part when the history names machines", () => {
  const rows = series(Array.from({ length: 40 }, (_, run) => (run % 2 === 0 ? 10 : 100))).map((row) => ({
    ...row,
    machine: row.seconds === 10 ? "fast" : "slow",
  }));
  const { candidates, served } = backTest(rows);
  expect(candidates.find(({ name }) => name === "last value")?.total?.within20).toBe(0);
  expect(candidates.find(({ name }) => name === "last value per machine")?.total?.within20).toBe(1);
  expect(served.total?.within20).toBe(1);
  expect(backTest(series([1, 2])).candidates.map(({ name }) => name)).toEqual(simpleRules.map(({ name }) => name));
});

test("a candidate from outside competes, is told when a run ends, and cannot break the rest", () => {
  let ended = 0;
  const oracle: Candidate = {
    name: "size",
    create: () => ({
      predict: ({ features }) => (features?.["bytes"] as number) / 100,
      learn: () => undefined,
      endRun: () => void (ended += 1),
    }),
  };
  const broken: Candidate = { name: "broken", create: () => ({ predict: () => Number.NaN, learn: () => undefined }) };
  const random = createRandom(2);
  const rows = Array.from({ length: 60 }, (_, run) => {
    const bytes = 100 * 10 ** (3 * random());
    return sample({ run, seconds: (bytes / 100) * Math.exp(0.05 * normal(random)), features: { bytes } });
  });
  const { candidates, served } = backTest(rows, { candidates: [lastValue, broken, oracle] });
  expect(ended).toBe(60);
  expect(served.total?.within20).toBe(candidates[2]?.total?.within20);
  expect(served.total?.within20).toBeGreaterThan(0.95);
  // Where a candidate has no usable answer, the first one serves.
  expect(candidates[1]?.total).toEqual({ ...candidates[0]?.total });
});

test("bad options are refused", () => {
  expect(() => backTest([], { warmUpShare: 1 })).toThrow(RangeError);
  expect(() => backTest([], { minRuns: 0.5 })).toThrow(RangeError);
  expect(() => backTest([], { candidates: [] })).toThrow(RangeError);
  expect(() => backTest([], { candidates: [lastValue, lastValue] })).toThrow(PredictorError);
  try {
    backTest([], { candidates: [lastValue, lastValue] });
  } catch (error) {
    expect(error).toMatchObject({ code: "ML_PREDICTOR_DUPLICATE_CANDIDATE", candidate: "last value" });
  }
});

test("an empty history gives an empty back-test", () => {
  const { runs, rows, served } = backTest([]);
  expect({ runs, rows, total: served.total }).toEqual({ runs: 0, rows: [], total: undefined });
});

test("property: changing rows of later runs does not change earlier predictions", () => {
  fc.assert(
    fc.property(anyHistory, anyHistory, fc.nat(30), (past, future, cut) => {
      const before = past.filter(({ run }) => typeof run === "number" && run < cut);
      const after = (rows: readonly Sample[]): Sample[] =>
        rows.map((row, place) => ({ ...row, run: cut + (place % 9) }));
      // Machines decide who takes part; that is the caller's knowledge, not a duration.
      const options = { candidates: simpleRules, warmUpShare: 0, minRuns: 3 };
      const alone = backTest(before, options);
      const followed = backTest([...after(future), ...before], options);
      for (const [place, column] of [...followed.candidates, followed.served].entries()) {
        const other = [...alone.candidates, alone.served][place];
        expect(column.p50Seconds.slice(0, before.length)).toEqual(other?.p50Seconds);
        expect(column.p90Seconds.slice(0, before.length)).toEqual(other?.p90Seconds);
      }
    }),
  );
});

test("property: predictions of the back-test are finite, of at least 0, and p90 is never below p50", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const { candidates, served } = backTest(history, { minRuns: 2 });
      for (const { p50Seconds, p90Seconds } of [...candidates, served]) {
        for (const [place, seconds] of p50Seconds.entries()) {
          if (Number.isNaN(seconds)) expect(p90Seconds[place]).toBeNaN();
          else {
            expect(seconds).toBeGreaterThanOrEqual(0);
            expect(p90Seconds[place]).toBeGreaterThanOrEqual(seconds);
            expect(Number.isFinite(p90Seconds[place])).toBe(true);
          }
        }
      }
    }),
  );
});

test("property: choosing by what was known at the time costs at most a little against the best single rule in hindsight", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(0.02, 0.1, 0.3), fc.constantFrom(0, 0.05, 0.2), (seed, noise, drift) => {
      const random = createRandom(seed);
      const levels = Array.from({ length: 12 }, () => Math.exp(2 * normal(random)));
      const rows: Sample[] = [];
      for (let run = 0; run < 60; run += 1) {
        for (const [step, level] of levels.entries()) {
          rows.push(sample({ run, step: `step-${step}`, seconds: level * Math.exp(noise * normal(random)) }));
          levels[step] = level * Math.exp(drift * normal(random));
        }
      }
      const result = backTest(rows, { candidates: simpleRules });
      const lossOf = (p50Seconds: Float64Array): number => {
        const scored = result.rows.length / 2;
        return (
          result.rows
            .slice(scored)
            .reduce((sum, row, place) => sum + loss(p50Seconds[scored + place] ?? Number.NaN, row.seconds), 0) / scored
        );
      };
      const best = Math.min(...result.candidates.map(({ p50Seconds }) => lossOf(p50Seconds)));
      expect(lossOf(result.served.p50Seconds)).toBeLessThanOrEqual(best + 0.02);
    }),
    { numRuns: 60 },
  );
});

test("results are typed for reading only", () => {
  expectTypeOf(backTest).parameter(0).toEqualTypeOf<Iterable<Sample>>();
  expectTypeOf(backTest([]).rows).toEqualTypeOf<readonly Sample[]>();
});

test("a candidate's own upper duration carries its bound where spreads differ from row to row", () => {
  const random = createRandom(11);
  const spreadOf = (row: Pick<Sample, "features">): number => (row.features?.["noisy"] === 1 ? 0.8 : 0.05);
  const rows = Array.from({ length: 400 }, (_, run) => {
    const features = { noisy: run % 2 };
    return sample({ run, seconds: 10 * Math.exp(spreadOf({ features }) * normal(random)), features });
  });
  const plain = { predict: () => 10, learn: () => undefined };
  const { candidates } = backTest(rows, {
    candidates: [
      { name: "alone", create: () => plain },
      {
        name: "with upper",
        create: () => ({
          ...plain,
          predictRange: (query) => ({ p50Seconds: 10, p90Seconds: 10 * Math.exp(spreadOf(query)) }),
        }),
      },
    ],
  });
  const [alone, upper] = candidates;
  const last = rows.length - 1;
  expect(alone?.p90Seconds[last]).toBeLessThan(1.3 * (alone?.p90Seconds[last - 1] ?? 0));
  expect(upper?.p90Seconds[last]).toBeGreaterThan(1.5 * (upper?.p90Seconds[last - 1] ?? 0));
  for (const one of candidates) {
    expect(one.total?.p90Coverage).toBeGreaterThan(0.85);
    expect(one.total?.p90Coverage).toBeLessThan(0.95);
  }
});

test("new steps are predicted by a candidate that knows them by their size, once it was better for new steps", () => {
  const random = createRandom(3);
  const rows = Array.from({ length: 60 }, (_, run) => {
    const bytes = 100 * 10 ** (3 * random());
    return sample({ run, step: `new-${run}`, seconds: bytes / 100, features: { bytes } });
  });
  const bySize: Candidate = {
    name: "size",
    create: () => ({ predict: ({ features }) => Number(features?.["bytes"]) / 100, learn: () => undefined }),
  };
  const predictor = createPredictor(rows, { candidates: [lastValue, bySize] });
  const asked = predictor.predict({ step: "unknown", features: { bytes: 70_000 } });
  expect(asked.p50Ms).toBeCloseTo(700_000, 6);
  expect(asked.p90Ms).toBeGreaterThanOrEqual(asked.p50Ms);
  expect(asked.source).toBe("never seen: size, from other steps");
  // A candidate that is worse than the group is not asked.
  const wrong: Candidate = { name: "wrong", create: () => ({ predict: () => 1e6, learn: () => undefined }) };
  expect(createPredictor(rows, { candidates: [lastValue, wrong] }).predict({ step: "unknown" }).source).toMatch(
    /^never seen: median of 60 steps/,
  );
});

test("a model that gives a range is not drawn towards the group, a rule is", () => {
  const random = createRandom(8);
  const rows = Array.from({ length: 12 }, (_, run) =>
    Array.from({ length: 6 }, (_unused, place) =>
      sample({ run, step: `step-${place}`, seconds: 10 * Math.exp(0.3 * normal(random)) }),
    ),
  ).flat();
  rows.push(sample({ run: 12, step: "new", seconds: 40 }));
  const answer = { predict: () => 33, learn: () => undefined };
  const predictNew = (create: Candidate["create"]): number =>
    createPredictor(rows, { candidates: [{ name: "one", create }] }).predict({ step: "new" }).p50Ms;
  expect(predictNew(() => answer)).toBeLessThan(30_000);
  expect(predictNew(() => ({ ...answer, predictRange: () => ({ p50Seconds: 33, p90Seconds: 50 }) }))).toBe(33_000);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyHistory, createRandom, normal, sample, series } from "../../test/histories.ts";
import { backTest } from "../back-test.ts";
import { createPredictor } from "../create-predictor.ts";
import { lastValue, machineRules, simpleRules } from "../rules.ts";
import { groupByRun, type Sample } from "../sample.ts";
import { createModelCandidate, type TreeModel } from "./create-model-candidate.ts";

const candidates = [...simpleRules, createModelCandidate()];

/** Steps whose time follows their input and, by a law that no line tells, the mode they run in. */
function bySizeAndMode(seed: number, runs: number): Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: runs }, (_, run) =>
    Array.from({ length: 8 }, (_unused, place) => {
      const bytes = 1e4 * 10 ** (3 * random());
      const jobs = Math.floor(1 + 8 * random());
      const isSlow = bytes > 1e6 && jobs > 4;
      const seconds = (bytes / 1e5) * (place + 1) * (isSlow ? 2.5 : 1) * Math.exp(0.04 * normal(random));
      return sample({ run, step: `step-${place}`, seconds, features: { bytes, jobs } });
    }),
  ).flat();
}

function learned(rows: readonly Sample[], options: Parameters<typeof createModelCandidate>[0] = {}): TreeModel {
  const model = createModelCandidate(options).create();
  for (const run of groupByRun(rows)) {
    for (const row of run) model.learn(row);
    model.endRun?.();
  }
  return model;
}

test("where input decides the model is near the law, where the last value is lost, and it is what serves", () => {
  const { candidates: scored, served } = backTest(bySizeAndMode(1, 100), { candidates });
  const [last, model] = [scored[0], scored.at(-1)];
  expect(last?.total?.within20).toBeLessThan(0.2);
  expect(model?.total?.within20).toBeGreaterThan(0.7);
  expect(served.total?.within20).toBeGreaterThan(0.7);
  expect(served.total?.p90Coverage).toBeGreaterThan(0.87);
  expect(served.total?.p90Coverage).toBeLessThan(0.93);
});

test("trees add what no line tells, and are left out where there is nothing to add", () => {
  const model = learned(bySizeAndMode(2, 100));
  expect(model.trained?.trees).toBeGreaterThan(0);
  const asked = (bytes: number, jobs: number): number =>
    model.predict({ step: "step-4", features: { bytes, jobs } }) ?? Number.NaN;
  expect(asked(5e6, 7) / asked(5e6, 2)).toBeGreaterThan(1.7);
  expect(asked(2e5, 7) / asked(2e5, 2)).toBeLessThan(1.3);
  const random = createRandom(3);
  const rows = series(Array.from({ length: 300 }, () => 20 * Math.exp(0.1 * normal(random))));
  expect(learned(rows).trained?.trees).toBe(0);
});

test("CPU models that are only told in features are told apart", () => {
  const random = createRandom(8);
  const rows = Array.from({ length: 100 }, (_, run) => {
    const cpuModel = ["7763", "8370C", "8272CL"][Math.floor(3 * random())] ?? "";
    return ["a", "b", "c"].map((step, place) => {
      const seconds = 30 * (place + 1) * (cpuModel === "7763" ? 1 : 1.5) * Math.exp(0.04 * normal(random));
      return sample({ run, step, seconds, features: { cpuModel } });
    });
  }).flat();
  const { candidates: scored } = backTest(rows, { candidates });
  expect(scored[0]?.total?.within20).toBeLessThan(0.75);
  expect(scored.at(-1)?.total?.within20).toBeGreaterThan(0.97);
});

test("a step never seen is predicted from the sizes of others, a class of machine never seen from the rest", () => {
  const rows = bySizeAndMode(5, 60).map((row, place) => ({ ...row, machine: place % 3 === 0 ? "a" : "b" }));
  const model = learned(rows);
  const newcomer = (bytes: number): number => model.predict({ step: "new", features: { bytes, jobs: 1 } }) ?? 0;
  expect(newcomer(5e6) / newcomer(5e4)).toBeGreaterThan(10);
  const seen = model.predict({ step: "step-3", machine: "a", features: { bytes: 1e5, jobs: 1 } }) ?? 0;
  const unseen = model.predict({ step: "step-3", machine: "new", features: { bytes: 1e5, jobs: 1 } }) ?? 0;
  expect(unseen / seen).toBeGreaterThan(0.7);
  expect(unseen / seen).toBeLessThan(1.4);
  expect(model.predict({ step: "step-3" })).toBeGreaterThan(0);
});

test("the model is trained anew as history grows, not in every run", () => {
  const model = createModelCandidate().create();
  const seen = new Set<unknown>();
  for (const run of groupByRun(bySizeAndMode(1, 60))) {
    for (const row of run) model.learn(row);
    model.endRun?.();
    if (model.trained !== undefined) seen.add(model.trained);
  }
  expect(seen.size).toBeGreaterThanOrEqual(8);
  expect(seen.size).toBeLessThanOrEqual(25);
});

test("the model is trained anew when its last runs are off", () => {
  const random = createRandom(21);
  const row = (run: number, step: number, factor: number): Sample =>
    sample({ run, step: `s${step}`, seconds: 10 * factor * Math.exp(0.05 * normal(random)) });
  const model = createModelCandidate().create();
  const learn = (run: number, factor: number): void => {
    for (let step = 0; step < 5; step += 1) model.learn(row(run, step, factor));
    model.endRun?.();
  };
  let run = 0;
  for (; run < 200; run += 1) learn(run, 1);
  let before = model.trained;
  for (let calm = 0; calm < 400 && model.trained === before; calm += 1) learn((run += 1), 1);
  // Just trained: a fifth more is some forty runs away.
  before = model.trained;
  for (let calm = 0; calm < 8; calm += 1) learn((run += 1), 1);
  expect(model.trained).toBe(before);
  for (let wild = 0; wild < 10; wild += 1) learn((run += 1), wild % 2 === 0 ? 1 : 3);
  expect(model.trained).not.toBe(before);
});

test("a model trained before serves from the start and stays; one for other features has nothing to say", () => {
  const rows = bySizeAndMode(4, 80);
  const { trained } = learned(rows);
  const again = learned(rows, { trained });
  expect(again.trained).toBe(trained);
  const query = { step: "step-1", features: { bytes: 2e6, jobs: 7 } };
  expect(again.predict(query)).toBe(learned(rows).predict(query));
  const foreign = learned(
    rows.map((row) => ({ ...row, features: { other: 1, ...row.features } })),
    { trained },
  );
  expect(foreign.predict(query)).toBeUndefined();
  const older = learned(rows, { trained: { ...trained!, featureVersion: 0 } });
  expect(older.predict(query)).toBeUndefined();
});

test("the same history gives the same model", () => {
  expect(learned(bySizeAndMode(6, 40)).trained).toEqual(learned(bySizeAndMode(6, 40)).trained);
});

test("options of training that are out of range are refused at once", () => {
  expect(() => createModelCandidate({ training: { learningRate: 0 } })).toThrow(RangeError);
});

test.each<[string, Sample[]]>([
  ["no rows", []],
  ["one step", series(Array.from({ length: 200 }, (_, run) => 5 + (run % 3)))],
  ["equal durations", series(Array.from({ length: 200 }, () => 7))],
  ["durations of nothing", series(Array.from({ length: 200 }, () => 0))],
  [
    "a clock that goes backwards",
    series(Array.from({ length: 200 }, (_, run) => 5 + (run % 7))).map((row, place) => ({
      ...row,
      time: -1e9 * place,
    })),
  ],
  [
    "features of all kinds that mean nothing",
    Array.from({ length: 200 }, (_, run) =>
      sample({
        run,
        seconds: 1 + (run % 5),
        features: {
          zero: 0,
          one: 1,
          huge: 1e308 * (run % 2 === 0 ? 1 : -1),
          tiny: 5e-324,
          id: `id-${run}`,
          [`f${run}`]: run,
        },
      }),
    ),
  ],
])("a history of %s is predicted with finite figures", (_, rows) => {
  const predictor = createPredictor(rows, { candidates });
  for (const query of [{ step: "build" }, { step: "new", features: { huge: 1e308 } }, { step: "build", time: -1 }]) {
    const { p50Ms, p90Ms } = predictor.predict(query);
    expect(Number.isFinite(p50Ms) && p50Ms >= 0).toBe(true);
    expect(Number.isFinite(p90Ms) && p90Ms >= p50Ms).toBe(true);
  }
});

test("property: no history makes the model throw or answer with anything but a duration", () => {
  fc.assert(
    fc.property(anyHistory, (rows) => {
      const model = learned([...rows, ...rows.map((row) => ({ ...row, run: `${row.run} again` }))]);
      for (const row of rows) {
        const range = model.predictRange?.(row);
        if (range === undefined) continue;
        expect(Number.isFinite(range.p50Seconds) && range.p50Seconds >= 0).toBe(true);
        expect(range.p90Seconds).toBeGreaterThanOrEqual(range.p50Seconds);
      }
    }),
    { numRuns: 50 },
  );
});

test("property: changing later runs does not change what the model said before", () => {
  const rows = bySizeAndMode(7, 30);
  const options = { candidates: [lastValue, createModelCandidate()], warmUpShare: 0 };
  const whole = backTest(rows, options);
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 25 }), (cut) => {
      const changed = rows.map((row) => (Number(row.run) >= cut ? { ...row, seconds: 999, step: "other" } : row));
      const other = backTest(changed, options);
      const count = rows.filter(({ run }) => Number(run) < cut).length;
      for (const place of [0, 1]) {
        expect(other.candidates[place]?.p50Seconds.slice(0, count)).toEqual(
          whole.candidates[place]?.p50Seconds.slice(0, count),
        );
        expect(other.candidates[place]?.p90Seconds.slice(0, count)).toEqual(
          whole.candidates[place]?.p90Seconds.slice(0, count),
        );
      }
    }),
    { numRuns: 5 },
  );
});

test("rules and the model take part together where machines are named", () => {
  const rows = bySizeAndMode(9, 40).map((row, place) => ({ ...row, machine: `m${place % 2}` }));
  const { candidates: scored } = backTest(rows, { candidates: [...candidates, ...machineRules] });
  expect(scored.map(({ name }) => name)).toContain("model");
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyHistory, createRandom, normal, sample, series } from "../../test/histories.ts";
import { fromLog, toLog } from "../log-ratio.ts";
import { groupByRun, type Sample } from "../sample.ts";
import { HISTORY_COLUMNS, LEVELS, MOST_CATEGORIES, MOST_NUMBERS } from "./columns.ts";
import { createFeatureBuilder, type FeatureBuilder } from "./create-feature-builder.ts";

function learned(rows: readonly Sample[]): FeatureBuilder {
  const builder = createFeatureBuilder();
  for (const run of groupByRun(rows)) builder.learnRun(run);
  return builder;
}

function column(builder: FeatureBuilder, name: string, query: Parameters<FeatureBuilder["describe"]>[0]): number {
  const place = builder.columns.indexOf(name);
  expect(place).toBeGreaterThanOrEqual(0);
  return builder.describe(query)?.values[place] ?? Number.NaN;
}

test("recent history is told as logarithms less the recent level", () => {
  const builder = learned(series([4, 8, 16, 8, 8, 2]));
  const query = { step: "build" };
  expect(column(builder, "level", query)).toBeCloseTo(Math.log(8), 3);
  expect(column(builder, "last", query)).toBeCloseTo(Math.log(2 / 8), 2);
  expect(column(builder, "median of five", query)).toBeCloseTo(0, 6);
  expect(column(builder, "count", query)).toBeCloseTo(Math.log(7), 6);
  expect(column(builder, "EWMA", query)).toBeLessThan(0);
  // Last three 8, 8, 2, before them 4, 8, 16.
  expect(column(builder, "trend", query)).toBeCloseTo((Math.log(128) - Math.log(512)) / 3, 2);
  expect(column(builder, "spread", query)).toBeCloseTo((2 * Math.log(2) + 1) / 6, 3);
  expect(builder.describe({ step: "other" })).toBeUndefined();
});

test("history on the machine, time since the last run and runs since are told, and missing where there is nothing to say", () => {
  const builder = learned([
    sample({ run: 1, seconds: 10, machine: "a", time: 1000 }),
    sample({ run: 2, seconds: 30, machine: "b", time: 2000 }),
    sample({ run: 3, seconds: 10, step: "other", time: 3000 }),
  ]);
  expect(column(builder, "last here", { step: "build", machine: "a" })).toBeLessThan(
    column(builder, "last here", { step: "build", machine: "b" }),
  );
  expect(column(builder, "count here", { step: "build", machine: "c" })).toBe(0);
  expect(column(builder, "last here", { step: "build", machine: "c" })).toBeNaN();
  expect(column(builder, "time since", { step: "build", time: 2100 })).toBeCloseTo(Math.log(101), 5);
  expect(column(builder, "time since", { step: "build", time: 1900 })).toBeNaN();
  expect(column(builder, "time since", { step: "build" })).toBeNaN();
  expect(column(builder, "runs since", { step: "build" })).toBeCloseTo(Math.log(2), 6);
});

test("whatever a row carries becomes a column: numbers with their change, words by what came with them", () => {
  const rows = Array.from({ length: 40 }, (_, run) =>
    sample({
      run,
      seconds: run % 2 === 0 ? 10 : 20,
      features: {
        bytes: 100 * (run + 1),
        cache: run % 2 === 0 ? "warm" : "cold",
        forced: run % 2 === 0,
        size: run % 2 === 0 ? 1 : "big",
      },
    }),
  );
  const builder = learned(rows);
  expect(builder.columns.slice(0, HISTORY_COLUMNS.length)).toEqual(HISTORY_COLUMNS);
  expect(builder.columns.slice(HISTORY_COLUMNS.length)).toEqual([
    "number:bytes",
    "change:bytes",
    "number:forced",
    "change:forced",
    "number:size",
    "change:size",
    "category:cache",
    "category:size",
  ]);
  const query = { step: "build", features: { bytes: 8000, forced: true } };
  expect(column(builder, "number:bytes", query)).toBe(8000);
  expect(column(builder, "change:bytes", query)).toBeCloseTo(Math.log(2), 3);
  expect(column(builder, "number:forced", query)).toBe(1);
  expect(column(builder, "category:cache", query)).toBeNaN();
  const ofCache = (cache: string): number => column(builder, "category:cache", { step: "build", features: { cache } });
  expect(ofCache("warm")).toBeLessThan(ofCache("cold"));
  // A word never met is what all are together.
  expect(ofCache("new")).toBeGreaterThan(ofCache("warm"));
  expect(ofCache("new")).toBeLessThan(ofCache("cold"));
});

test("a row with thousands of features adds only so many columns", () => {
  const features = Object.fromEntries(
    Array.from({ length: 2000 }, (_, place) => [`feature-${place}`, place % 2 === 0 ? place : "word"]),
  );
  expect(learned(series([1, 2, 3], { features })).columns).toHaveLength(
    HISTORY_COLUMNS.length + 2 * MOST_NUMBERS + MOST_CATEGORIES,
  );
});

test.each(["linear", "with overhead", "n log n"])("durations are brought to today's size and machine: %s", (law) => {
  const random = createRandom(9);
  const work = (bytes: number): number =>
    law === "linear" ? bytes / 1e5 : law === "n log n" ? (bytes * Math.log(bytes)) / 1e6 : 2 + bytes / 1e5;
  const rows = Array.from({ length: 60 }, (_, run) =>
    ["x", "y", "z"].map((step, place) => {
      const bytes = 1e4 * 10 ** (3 * random());
      const machine = random() < 0.5 ? "slow" : "fast";
      const seconds = work(bytes) * (place + 1) * (machine === "slow" ? 2 : 1) * Math.exp(0.03 * normal(random));
      return sample({ run, step, seconds, machine, features: { bytes } });
    }),
  ).flat();
  const builder = learned(rows);
  for (const bytes of [3e4, 1e6, 6e6]) {
    for (const machine of ["slow", "fast"]) {
      const levels = builder.describe({ step: "y", machine, features: { bytes } })?.levels ?? [];
      const truth = work(bytes) * 2 * (machine === "slow" ? 2 : 1);
      for (const level of ["adjusted median of five", "adjusted median of twenty", "line"] as const) {
        const ratio = fromLog(levels[LEVELS.indexOf(level)] ?? 0) / truth;
        expect(ratio).toBeGreaterThan(0.84);
        expect(ratio).toBeLessThan(1.19);
      }
    }
  }
  // Of a step never seen at least the order of magnitude follows its size.
  const small = builder.expectNewcomer({ step: "new", machine: "fast", features: { bytes: 2e4 } }) ?? 0;
  const large = builder.expectNewcomer({ step: "new", machine: "fast", features: { bytes: 8e6 } }) ?? 0;
  expect(large - small).toBeGreaterThan(0.5 * Math.log(work(8e6) / work(2e4)));
});

test("without features the adjusted levels are the plain ones", () => {
  const random = createRandom(2);
  const rows = series(Array.from({ length: 80 }, () => 10 * Math.exp(0.2 * normal(random))));
  const levels = learned(rows).describe({ step: "build" })?.levels ?? [];
  expect(levels[LEVELS.indexOf("adjusted last")]).toBeCloseTo(toLog(rows[79]?.seconds ?? 0), 12);
  expect(levels[LEVELS.indexOf("adjusted median of five")]).toBe(levels[LEVELS.indexOf("median of five")]);
});

test("property: what is described follows from earlier runs alone, and levels are finite whatever the history", () => {
  fc.assert(
    fc.property(anyHistory, (rows) => {
      const builder = createFeatureBuilder();
      const runs = groupByRun(rows);
      for (const [place, run] of runs.entries()) {
        for (const row of run) {
          const described = builder.describe(row);
          if (described === undefined) continue;
          expect(described.values).toHaveLength(builder.columns.length);
          expect([...described.levels].every(Number.isFinite)).toBe(true);
          // Neither the outcome nor the other rows of the run have a say.
          const changed = createFeatureBuilder();
          for (const earlier of runs.slice(0, place)) changed.learnRun(earlier);
          expect(changed.describe({ ...row, seconds: 12_345 } as Sample)).toEqual(described);
          break;
        }
        builder.learnRun(run);
      }
    }),
    { numRuns: 40 },
  );
});

test("where a step changes its level, what it did before is moved there and still tells what its input does", () => {
  const random = createRandom(12);
  const rows = Array.from({ length: 60 }, (_, run) =>
    ["stays", "changes"].map((step) => {
      const bytes = 1e4 * 10 ** (3 * random());
      const factor = step === "changes" && run >= 52 ? 2 : 1;
      return sample({
        run,
        step,
        seconds: (bytes / 1e5) * factor * Math.exp(0.05 * normal(random)),
        features: { bytes },
      });
    }),
  ).flat();
  const builder = learned(rows);
  for (const [step, factor] of [
    ["stays", 1],
    ["changes", 2],
  ] as const) {
    for (const level of ["line", "adjusted median of twenty"] as const) {
      for (const bytes of [3e4, 3e6]) {
        const log = builder.describe({ step, features: { bytes } })?.levels[LEVELS.indexOf(level)] ?? 0;
        expect(fromLog(log) / ((bytes / 1e5) * factor)).toBeGreaterThan(0.9);
        expect(fromLog(log) / ((bytes / 1e5) * factor)).toBeLessThan(1.1);
      }
    }
  }
});

test("rows that lack a number which others of the step have do not disturb what is known of it", () => {
  const random = createRandom(14);
  const rows = Array.from({ length: 100 }, (_, run) =>
    ["one", "two"].map((step) => {
      const bytes = 1e4 * 10 ** (3 * random());
      const seconds = (bytes / 1e5) * Math.exp(0.05 * normal(random));
      return sample({ run, step, seconds, ...(random() < 0.3 ? {} : { features: { bytes } }) });
    }),
  ).flat();
  const builder = learned(rows);
  for (const bytes of [3e4, 4e6]) {
    const { levels } = builder.describe({ step: "one", features: { bytes } }) ?? { levels: [] };
    for (const level of ["line", "adjusted median of five"] as const) {
      const ratio = fromLog(levels[LEVELS.indexOf(level)] ?? 0) / (bytes / 1e5);
      expect(ratio).toBeGreaterThan(0.87);
      expect(ratio).toBeLessThan(1.15);
    }
  }
});

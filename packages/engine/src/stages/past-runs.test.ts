import fc from "fast-check";
import { expect, test } from "vitest";
import { readPastRuns } from "./past-runs.ts";

const entry = {
  version: 1,
  run_id: "r1",
  commit: null,
  machine: "m",
  workflow_id: "w",
  start_time: "2026-01-01T00:00:00.000Z",
  end_time: "2026-01-01T00:00:01.000Z",
  total_duration: 1,
  status: "failed",
  steps_completed: 1,
  total_steps: 2,
  optimizations: {},
  step_timings: {},
  ai_stats: {},
  resource_usage: {},
  steps: [
    { id: "lint", outcome: "passed", seconds: 2.5, attempts: 1, started: 0, stage: "core", features: { files: 7 } },
    { id: "test", outcome: "failed", seconds: 9, attempts: 2, started: 2.5 },
    { id: "tag", outcome: "cancelled", seconds: 0, attempts: 0 },
  ],
};
const line = (changes: object): string => JSON.stringify({ ...entry, ...changes });

test("a run has its steps with what accounting needs of them, in the order of the file", () => {
  const { runs, ...setAside } = readPastRuns([line({}), line({ run_id: "r2", steps: [] })]);
  expect(setAside).toEqual({ foreignLines: 0, newerLines: 0 });
  expect(runs).toEqual([
    {
      steps: [
        { id: "lint", outcome: "passed", seconds: 2.5, started: 0, stage: "core" },
        { id: "test", outcome: "failed", seconds: 9, started: 2.5 },
        { id: "tag", outcome: "cancelled", seconds: 0 },
      ],
    },
    { steps: [] },
  ]);
});

test("lines that are cut off, foreign, wrong or of a newer version are counted and left out, a run that is there twice counts once", () => {
  const lines = [
    "",
    line({}).slice(0, -5),
    "null",
    "[]",
    '{"version":1}',
    "\u0000\u001b[31m",
    line({ steps: [{ ...entry.steps[0], seconds: -1 }] }),
    line({ steps: [{ ...entry.steps[0], outcome: "excellent" }] }),
    line({ version: 2 }),
    line({}),
    line({ status: "passed" }),
  ];
  const { runs, foreignLines, newerLines } = readPastRuns(lines);
  expect({ runs: runs.length, foreignLines, newerLines }).toEqual({ runs: 1, foreignLines: 7, newerLines: 1 });
});

test("steps of units are one step: all their time, from the first start, as the worst of them went", () => {
  const unit = (id: string, name: string, step: object): object => ({
    id,
    unit: name,
    attempts: 1,
    stage: "core",
    ...step,
  });
  const steps = [
    unit("build@web", "web", { outcome: "passed", seconds: 3, started: 5 }),
    unit("build@@scope/api", "@scope/api", { outcome: "timed-out", seconds: 4, started: 2 }),
    unit("build@docs", "docs", { outcome: "replayed", seconds: 0 }),
    unit("lint@docs", "docs", { outcome: "skipped", seconds: 0 }),
    unit("lint@web", "web", { outcome: "replayed", seconds: 0 }),
  ];
  expect(readPastRuns([line({ steps })]).runs[0]?.steps).toEqual([
    { id: "build", outcome: "timed-out", seconds: 7, started: 2, stage: "core" },
    { id: "lint", outcome: "replayed", seconds: 0, stage: "core" },
  ]);
});

test("a step called like a property of objects is a step like any other", () => {
  const steps = [
    { ...entry.steps[0], id: "__proto__" },
    { ...entry.steps[1], id: "constructor" },
  ];
  const ids = readPastRuns([line({ steps })]).runs[0]?.steps.map(({ id }) => id);
  expect(ids).toEqual(["__proto__", "constructor"]);
});

test("no line whatever makes it throw, and each counts once", () => {
  const hostile = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.json(),
    fc.constantFrom("null", "0", "{}"),
    fc.nat(line({}).length - 1).map((end) => line({}).slice(0, end + 1)),
  );
  fc.assert(
    fc.property(fc.uniqueArray(hostile), (lines) => {
      const { runs, foreignLines, newerLines } = readPastRuns(lines);
      expect(runs.length + foreignLines + newerLines).toBe(lines.length);
    }),
  );
});

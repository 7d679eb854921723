import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyHistory, impossibleRow, sample } from "../test/histories.ts";
import { groupByRun, parseSamples } from "./sample.ts";

const row = { run: 1, time: 1_700_000_000, step: "lint", seconds: 4.2, outcome: "passed" };
const reasonOf = (change: Record<string, unknown>): unknown => parseSamples([{ ...row, ...change }]).setAside;

test("a complete line is read with all it holds", () => {
  const full = { ...row, kind: "docs", machine: "m1", features: { bytes: 10, cold: true, cpu: "x" } };
  expect(parseSamples([JSON.stringify(full)])).toEqual({ samples: [full], setAside: {} });
});

test("rows that cannot be true are set aside, each for its reason", () => {
  expect(reasonOf({ seconds: -0.1 })).toEqual({ negative: 1 });
  expect(reasonOf({ seconds: Number.NaN })).toEqual({ "not-a-number": 1 });
  expect(reasonOf({ seconds: "4.2" })).toEqual({ "not-a-number": 1 });
  expect(reasonOf({ seconds: null })).toEqual({ "not-a-number": 1 });
  expect(reasonOf({ seconds: Infinity })).toEqual({ "not-finite": 1 });
  expect(reasonOf({ seconds: 1_700_000_000 })).toEqual({ "epoch-timestamp": 1 });
  expect(reasonOf({ seconds: 1_700_000_000_000 })).toEqual({ "epoch-timestamp": 1 });
  expect(reasonOf({ seconds: -1_700_000_000 })).toEqual({ "epoch-timestamp": 1 });
  expect(reasonOf({ step: "" })).toEqual({ malformed: 1 });
  expect(reasonOf({ run: null })).toEqual({ malformed: 1 });
  expect(reasonOf({ time: "yesterday" })).toEqual({ malformed: 1 });
});

test("durations of steps that did not pass are set aside under their outcome", () => {
  for (const outcome of ["failed", "timed-out", "cancelled", "inconclusive", "replayed", "skipped"]) {
    expect(reasonOf({ outcome })).toEqual({ [outcome]: 1 });
    expect(reasonOf({ outcome, seconds: -1 })).toEqual({ [outcome]: 1 });
  }
  expect(reasonOf({ outcome: "green" })).toEqual({ "unknown-outcome": 1 });
});

test("a row without outcome is learned only when the caller says it passed", () => {
  expect(reasonOf({ outcome: undefined })).toEqual({ "unknown-outcome": 1 });
  const { samples, setAside } = parseSamples([{ ...row, outcome: undefined }], { assumePassed: true });
  expect(samples).toEqual([row]);
  expect(setAside).toEqual({});
  expect(parseSamples([{ ...row, outcome: "failed" }], { assumePassed: true }).setAside).toEqual({ failed: 1 });
});

test("a line cut in the middle counts as malformed, a blank one as nothing", () => {
  const lines = [JSON.stringify(row), JSON.stringify(row).slice(0, 30), "", "  ", "null", "[1]"];
  expect(parseSamples(lines)).toEqual({ samples: [row], setAside: { malformed: 3 } });
});

test("features a model cannot use are left out", () => {
  const { samples } = parseSamples([{ ...row, features: { bytes: 3, bad: Number.NaN, deep: {}, none: null } }]);
  expect(samples[0]?.features).toEqual({ bytes: 3 });
});

test("numbered runs are put in sequence although the clock went backwards", () => {
  const rows = [
    sample({ run: 2, time: 100, seconds: 3 }),
    sample({ run: 0, time: 300, seconds: 1 }),
    sample({ run: 1, time: 200, seconds: 2 }),
    sample({ run: 0, time: 90, seconds: 4 }),
  ];
  expect(groupByRun(rows).map((run) => run.map(({ seconds }) => seconds))).toEqual([[1, 4], [2], [3]]);
});

test("named runs keep the order in which they first appear", () => {
  const rows = ["z", "a", "z", 3].map((run, seconds) => sample({ run, seconds }));
  expect(groupByRun(rows).map((run) => run.map(({ seconds }) => seconds))).toEqual([[0, 2], [1], [3]]);
});

test("property: every row is either learned or counted, and what is learned can be true", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(impossibleRow, fc.anything())), (rows) => {
      const { samples, setAside } = parseSamples(rows);
      const blank = rows.filter((row) => typeof row === "string" && row.trim() === "").length;
      const counted = Object.values(setAside).reduce((sum, count) => sum + count, 0);
      expect(samples.length + counted + blank).toBe(rows.length);
      for (const { seconds, outcome } of samples) {
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThan(1e8);
        expect(outcome).toBe("passed");
      }
    }),
  );
});

test("property: no possible row is set aside and no impossible one is learned", () => {
  fc.assert(
    fc.property(anyHistory, fc.array(impossibleRow), (history, impossible) => {
      expect(parseSamples([...history, ...impossible]).samples).toEqual(parseSamples(history).samples);
      expect(parseSamples(history).samples.length).toBe(history.length);
    }),
  );
});

import type { PastRun, StepOutcome } from "@ai-workflow/pipeline-stages";
import { expect, test } from "vitest";
import { estimateFailures, FAILURE_RUNS } from "./failure-estimates.ts";

const run = (outcomes: Readonly<Record<string, StepOutcome>>): PastRun => ({
  steps: Object.entries(outcomes).map(([id, outcome]) => ({ id, outcome, seconds: 1 })),
});
const times = (count: number, outcomes: Readonly<Record<string, StepOutcome>>): readonly PastRun[] =>
  Array.from({ length: count }, () => run(outcomes));

test("a step that fails more is taken to fail more, none surely or never, and one that never ran like the others", () => {
  const history = [
    ...times(6, { lint: "failed", unit: "passed", e2e: "skipped" }),
    ...times(14, { lint: "passed", unit: "passed", e2e: "replayed" }),
  ];
  const { runs, failedRuns, probabilityOf, knows } = estimateFailures(history);
  expect({ runs, failedRuns }).toEqual({ runs: 20, failedRuns: 6 });
  expect(probabilityOf("lint")).toBeGreaterThan(0.2);
  expect(probabilityOf("lint")).toBeLessThan(0.4);
  expect(probabilityOf("unit")).toBeGreaterThan(0);
  expect(probabilityOf("unit")).toBeLessThan(0.05);
  expect(probabilityOf("e2e")).toBe(probabilityOf("new"));
  expect(probabilityOf("new")).toBeGreaterThan(probabilityOf("unit"));
  expect(probabilityOf("new")).toBeLessThan(probabilityOf("lint"));
  expect(["lint", "unit", "e2e", "new"].map(knows)).toEqual([true, true, false, false]);
});

test("a time-out is a failure; what was cancelled, replayed or gave no answer says nothing", () => {
  const history = [
    ...times(4, { slow: "timed-out", other: "passed" }),
    ...times(9, { slow: "cancelled" }),
    ...times(9, { slow: "inconclusive" }),
  ];
  const { runs, failedRuns, probabilityOf } = estimateFailures(history);
  expect({ runs, failedRuns }).toEqual({ runs: 4, failedRuns: 4 });
  expect(probabilityOf("slow")).toBeGreaterThan(0.5);
});

test("only the latest runs count", () => {
  const history = [
    ...times(50, { lint: "failed", unit: "passed" }),
    ...times(FAILURE_RUNS, { lint: "passed", unit: "passed" }),
  ];
  const { runs, probabilityOf } = estimateFailures(history);
  expect(runs).toBe(FAILURE_RUNS);
  expect(probabilityOf("lint")).toBeLessThan(0.05);
});

test("without a history nothing is known", () => {
  const { runs, knows, probabilityOf } = estimateFailures([]);
  expect({ runs, knows: knows("a") }).toEqual({ runs: 0, knows: false });
  expect(probabilityOf("a")).toBeCloseTo(0.05, 9);
});

import { expect, test } from "vitest";
import { renderPlan } from "./plan.ts";

test("what is unknown is said with its remedy, also where nothing runs", () => {
  const plan = renderPlan({
    decisions: [],
    changeSet: { known: false, code: "unknown-ref", message: 'no "nope"\u001b', remedy: "git fetch origin nope" },
  });
  expect(plan).toContain('note: what changed is unknown: no "nope"\\u{1b} (git fetch origin nope)\n');
});

test("steps that were not asked for are counted where they are many", () => {
  const decision = (stepId: string, reason: "always" | "not-requested") => ({
    stepId,
    action: reason === "always" ? ("run" as const) : ("skip" as const),
    reason,
    explanation: reason,
  });
  const others = Array.from({ length: 6 }, (_, at) => decision(`other${at}`, "not-requested"));
  const planOf = (count: number): string =>
    renderPlan({
      decisions: [decision("mine", "always"), ...others.slice(0, count)],
      changeSet: { known: false, code: "unknown-ref", message: "none", remedy: "none" },
    });
  expect(planOf(6)).toMatch(/^mine  run     always\nand 6 steps that were not asked for\n/);
  expect(planOf(5)).toContain("\nother4  skip    not-requested\n");
});

test.each([
  [10, 2, true],
  [9, 2, false],
  [10, 1, false],
  [100, undefined, false],
])("after %s runs, of which %s failed, how soon a failure is known is told: %s", (runs, failedRuns, told) => {
  const expected = { expectedMs: 1_000, makespanMs: 2_000 };
  const plan = renderPlan({
    decisions: [],
    changeSet: { known: false, code: "unknown-ref", message: "none", remedy: "none" },
    schedule: {
      strategy: "critical-path",
      maxParallel: 1,
      capacity: {},
      planned: [],
      plannedMakespanMs: 2_000,
      lowerBoundMs: 2_000,
      criticalPath: [],
      unknownDurations: [],
      objective: "makespan",
      objectives: { runs, failedRuns, failureProbability: 0.25, makespan: expected, firstFailure: expected },
    },
  });
  const line = `if a step fails (25.0 % by the last ${runs} runs): known after 1.0s, with --objective first-failure after 1.0s\n`;
  expect(plan.includes(line)).toBe(told);
});

test.each([
  [["a", "b"], "a, b"],
  [["a", "b", "c", "d", "e", "f"], "a, b, c, d, e, f"],
  [["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more"],
])("of %j without a duration a few are named", (unknownDurations, named) => {
  const plan = renderPlan({
    decisions: [],
    changeSet: { known: false, code: "unknown-ref", message: "none", remedy: "none" },
    schedule: {
      strategy: "critical-path",
      maxParallel: 1,
      capacity: {},
      planned: [],
      plannedMakespanMs: 0,
      lowerBoundMs: 0,
      criticalPath: [],
      unknownDurations,
      objective: "makespan",
    },
  });
  expect(plan).toContain(`planned: unknown until ${named} passed once\n`);
});

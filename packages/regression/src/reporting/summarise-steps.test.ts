import fc from "fast-check";
import { expect, test } from "vitest";
import { summariseSteps, type StepRun } from "./summarise-steps.ts";

const passed = (step: string, durationMs: number): StepRun => ({ step, outcome: "passed", durationMs });

test("summariseSteps() gives medians, and why a step takes what it takes", () => {
  const baseline = [1, 2, 9].map((ms) => [passed("build", ms * 100), passed("lint", 50), passed("gone", 7)]);
  const compare: StepRun[][] = [
    [
      { step: "build", outcome: "replayed", durationMs: 0, reason: "same inputs" },
      passed("lint", 60),
      passed("new", 5),
    ],
    [{ step: "build", outcome: "replayed", durationMs: 0, reason: "same inputs" }, passed("lint", 40)],
    [
      { ...passed("build", 200), reason: "inputs changed" },
      { step: "lint", outcome: "skipped", durationMs: 0, reason: "docs only" },
    ],
  ];
  expect(summariseSteps(baseline, compare)).toEqual([
    { step: "build", baselineMs: 200, compareMs: 0, why: "replayed in 2 of 3 runs: same inputs" },
    { step: "lint", baselineMs: 50, compareMs: 40, why: "skipped in 1 of 3 runs: docs only" },
    { step: "gone", baselineMs: 7, why: "not part of these runs" },
    { step: "new", compareMs: 5, why: "" },
  ]);
  const always = [[{ step: "build", outcome: "skipped", durationMs: 0 }]];
  expect(summariseSteps([], always)).toEqual([{ step: "build", compareMs: 0, why: "skipped" }]);
});

test("summariseSteps() names every step once, and leaves out durations that cannot be", () => {
  const run = fc.array(
    fc.record({
      step: fc.constantFrom("a", "b", "__proto__"),
      outcome: fc.constantFrom("passed", "failed"),
      durationMs: fc.oneof(fc.nat(), fc.constantFrom(Number.NaN, -1, Number.POSITIVE_INFINITY)),
    }),
  );
  fc.assert(
    fc.property(fc.array(run), fc.array(run), (baseline, compare) => {
      const rows = summariseSteps(baseline, compare);
      expect(rows.map(({ step }) => step).sort()).toEqual(
        [...new Set([...baseline, ...compare].flat().map(({ step }) => step))].sort(),
      );
      for (const { baselineMs = 0, compareMs = 0 } of rows) {
        expect(Number.isFinite(baselineMs) && Number.isFinite(compareMs) && baselineMs >= 0 && compareMs >= 0).toBe(
          true,
        );
      }
    }),
  );
});

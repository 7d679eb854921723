import { describe, expect, test } from "vitest";
import type { StepOutcome } from "../evaluate-gate.ts";
import { accountStages } from "./account-stages.ts";
import type { PastRun, PastStep } from "./history.ts";

const stages = [
  { id: "core", steps: ["lint", "unit"] },
  { id: "extended", steps: ["e2e"] },
  { id: "finish", steps: ["tag"] },
];

const step = (id: string, outcome: StepOutcome, seconds = 0, more: Partial<PastStep> = {}): PastStep => ({
  id,
  outcome,
  seconds,
  ...more,
});
const passing: PastRun = {
  steps: [step("lint", "passed", 2), step("unit", "passed", 8), step("e2e", "passed", 60), step("tag", "skipped")],
};
const caughtByCore: PastRun = {
  steps: [step("lint", "failed", 1), step("unit", "passed", 9), step("e2e", "cancelled"), step("tag", "cancelled")],
};
const caughtByExtended: PastRun = {
  steps: [step("lint", "replayed"), step("unit", "skipped"), step("e2e", "timed-out", 120), step("tag", "cancelled")],
};

describe("accountStages()", () => {
  test("says what each stage caught, cost and saved", () => {
    const accounts = accountStages([passing, caughtByCore, caughtByExtended, passing, caughtByCore], stages);
    expect(accounts).toMatchObject({ runs: 5, failingRuns: 3, uncaught: 0 });
    const [core, extended, finish] = accounts.stages;
    expect(core).toMatchObject({
      id: "core",
      runs: 4,
      caught: 2,
      caughtShare: { share: 2 / 3 },
      failingShare: { share: 0.5 },
      costSeconds: 40,
      costSecondsPerRun: undefined,
      stopped: 2,
      // Twice the mean of 60, 60 and 120 seconds.
      savedSeconds: 160,
      savedSecondsPerCatch: undefined,
      // "tag" never ran.
      unknownSteps: 2,
    });
    expect(core?.caughtShare?.low).toBeGreaterThan(0.2);
    expect(core?.caughtShare?.high).toBeLessThan(1);
    expect(extended).toMatchObject({
      runs: 3,
      caught: 1,
      costSeconds: 240,
      stopped: 1,
      savedSeconds: 0,
      unknownSteps: 1,
    });
    expect(finish).toMatchObject({ runs: 0, caught: 0, failingShare: undefined, costSeconds: 0 });
  });

  test("gives intervals of times from five runs on", () => {
    const [core] = accountStages([...Array.from({ length: 5 }, () => caughtByCore), passing], stages).stages;
    expect(core?.costSecondsPerRun).toEqual({ mean: 10, low: 10, high: 10 });
    expect(core?.savedSecondsPerCatch).toEqual({ mean: 60, low: 60, high: 60 });
  });

  test("takes the failure that ended first where times are known, else that of the earliest stage", () => {
    const both = (started: boolean): PastRun => ({
      steps: [
        step("unit", "failed", 50, started ? { started: 0 } : {}),
        step("e2e", "failed", 10, started ? { started: 5 } : {}),
      ],
    });
    const caught = (run: PastRun): number[] => accountStages([run], stages).stages.map((stage) => stage.caught);
    expect(caught(both(true))).toEqual([0, 1, 0]);
    expect(caught(both(false))).toEqual([1, 0, 0]);
  });

  test("goes by the stage a step was in, not the one it is in now", () => {
    const moved: PastRun = { steps: [step("e2e", "failed", 5, { stage: "core" })] };
    const gone: PastRun = { steps: [step("lint", "failed", 5, { stage: "a stage of old" })] };
    const accounts = accountStages([moved, gone], stages);
    expect(accounts).toMatchObject({ failingRuns: 2, uncaught: 1 });
    expect(accounts.stages.map(({ caught }) => caught)).toEqual([1, 0, 0]);
  });

  test("does not count what was cancelled by hand as saved, nor what was inconclusive as caught", () => {
    const interrupted: PastRun = {
      steps: [step("lint", "passed", 2), step("unit", "cancelled", 3, { started: 2 }), step("e2e", "cancelled")],
    };
    const open: PastRun = { steps: [step("lint", "inconclusive", 2), step("e2e", "cancelled")] };
    const accounts = accountStages([passing, interrupted, open], stages);
    expect(accounts.failingRuns).toBe(0);
    expect(accounts.stages[0]).toMatchObject({ caught: 0, caughtShare: undefined, savedSeconds: 0, costSeconds: 17 });
  });

  test("takes an empty history, and steps of any name", () => {
    expect(accountStages([], stages)).toMatchObject({
      runs: 0,
      failingRuns: 0,
      stages: [{ runs: 0 }, { runs: 0 }, { runs: 0 }],
    });
    const hostile: PastRun = { steps: [step("__proto__", "failed", 1), step("constructor", "failed", 1)] };
    expect(accountStages([hostile], [{ id: "toString", steps: ["__proto__"] }])).toMatchObject({
      uncaught: 0,
      stages: [{ id: "toString", caught: 1, costSeconds: 1 }],
    });
  });
});

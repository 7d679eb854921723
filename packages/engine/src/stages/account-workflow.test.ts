import type { PastRun } from "@ai-workflow/pipeline-stages";
import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { accountWorkflow } from "./account-workflow.ts";

const config: Config = {
  stages: [
    { id: "core", fail_fast: true, minimum_severity: "warning" },
    { id: "extended" },
    { id: "late", trigger: 'changed("docs") and stage("core").passed' },
  ],
  steps: {
    lint: { run: "x", stage: "core" },
    unit: { run: "x", stage: "core" },
    e2e: { run: "x", stage: "extended" },
    links: { run: "x", stage: "late" },
    free: { run: "x" },
  },
};
const { workflow } = normalise(config, "name");

const passing: PastRun = {
  steps: [
    { id: "lint", outcome: "passed", seconds: 1, started: 0, stage: "core" },
    { id: "unit", outcome: "passed", seconds: 4, started: 0.5, stage: "core" },
    { id: "e2e", outcome: "passed", seconds: 10, started: 5, stage: "extended" },
    { id: "free", outcome: "passed", seconds: 1, started: 0 },
  ],
};
const failing: PastRun = {
  steps: [
    { id: "lint", outcome: "failed", seconds: 1, started: 0, stage: "core" },
    { id: "unit", outcome: "passed", seconds: 2, started: 0, stage: "core" },
    { id: "e2e", outcome: "cancelled", seconds: 0, stage: "extended" },
  ],
};

test("each stage has its settings, the time it takes, and what it caught and cost", () => {
  const { stages, ...rest } = accountWorkflow(workflow, [passing, failing, failing, passing, passing]);
  expect(rest).toEqual({ runs: 5, failingRuns: 2, uncaught: 0, unstaged: ["free"], multiStage: true });
  expect(stages[0]).toMatchObject({
    id: "core",
    steps: ["lint", "unit"],
    trigger: "on_success",
    failFast: true,
    minimumSeverity: "warning",
    usualSeconds: 4.5,
    runs: 5,
    caught: 2,
    caughtShare: { share: 1 },
    costSeconds: 3 * 5 + 2 * 3,
    stopped: 2,
    savedSeconds: 20,
  });
  expect(stages[0]?.caughtShare?.low).toBeCloseTo(0.342, 3);
  expect(stages[1]).toMatchObject({ id: "extended", usualSeconds: 10, runs: 3, caught: 0, costSeconds: 30 });
  expect(stages[2]).toMatchObject({ trigger: 'changed("docs") and stage("core").passed', runs: 0, caught: 0 });
  expect(stages[2]?.usualSeconds).toBeUndefined();
});

test("a failure counts for the stage that the step was in; one of a stage that is gone, or of a step without one, is caught by none", () => {
  const gone: PastRun = { steps: [{ id: "lint", outcome: "failed", seconds: 1, started: 0, stage: "gone" }] };
  const free: PastRun = { steps: [{ id: "free", outcome: "timed-out", seconds: 1, started: 0 }] };
  const before: PastRun = { steps: [{ id: "unit", outcome: "failed", seconds: 1, started: 0, stage: "extended" }] };
  const { failingRuns, uncaught, stages } = accountWorkflow(workflow, [gone, free, before]);
  expect({ failingRuns, uncaught, caught: stages.map(({ caught }) => caught) }).toEqual({
    failingRuns: 3,
    uncaught: 2,
    caught: [0, 1, 0],
  });
});

test("without a history no share is known", () => {
  const { runs, stages } = accountWorkflow(workflow, []);
  expect(runs).toBe(0);
  for (const stage of stages) {
    expect(stage).toMatchObject({ runs: 0, caughtShare: undefined, usualSeconds: undefined });
  }
});

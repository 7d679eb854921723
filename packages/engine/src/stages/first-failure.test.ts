import type { PastRun, StepOutcome } from "@ai-workflow/pipeline-stages";
import { createGraph, createPlan, type Task } from "@ai-workflow/scheduler";
import { expect, test } from "vitest";
import { createFirstFailure } from "./first-failure.ts";

const run = (outcomes: Readonly<Record<string, StepOutcome>>): PastRun => ({
  steps: Object.entries(outcomes).map(([id, outcome]) => ({ id, outcome, seconds: 1 })),
});

const tasks: readonly Task[] = [
  { id: "long", durationMs: 100 },
  { id: "short", durationMs: 10 },
];
const planOf = (given: readonly Task[]): ReturnType<typeof createPlan> =>
  createPlan(createGraph(given), { maxParallel: 1 });

test("what failed in the history goes first, and both orders come to what their plans say", () => {
  const history = Array.from({ length: 8 }, (_, index) =>
    run({ long: "passed", short: index % 2 === 0 ? "failed" : "passed" }),
  );
  const early = createFirstFailure(history);
  const prioritised = early.prioritise(tasks, []) ?? [];
  expect(prioritised.map(({ id, priority }) => [id, priority])).toEqual([
    ["long", 1],
    ["short", 2],
  ]);
  const [makespan, firstFailure] = [planOf(tasks), planOf(prioritised)];
  const objectives = early.compare("makespan", makespan, firstFailure);
  expect(early.compare("first-failure", firstFailure, makespan)).toEqual(objectives);
  expect(objectives).toMatchObject({
    runs: 8,
    failedRuns: 4,
    makespan: { makespanMs: 110 },
    firstFailure: { makespanMs: 110 },
  });
  expect(objectives.failureProbability).toBeGreaterThan(0.3);
  expect(objectives.failureProbability).toBeLessThan(0.7);
  // Nearly all failures are those of the short step: at 110 ms behind the long one, at 10 ms before it.
  expect(objectives.makespan.expectedMs).toBeGreaterThan(100);
  expect(objectives.firstFailure.expectedMs).toBeLessThan(30);
});

test.each([
  ["an empty one", []],
  ["one of other steps", [run({ other: "failed" })]],
  ["one in which they did not run", [run({ long: "replayed", short: "cancelled" })]],
])("a history that says nothing of the steps, %s, changes nothing", (_, history) => {
  expect(createFirstFailure(history).prioritise(tasks, [])).toBeUndefined();
});

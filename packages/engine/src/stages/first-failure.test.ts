import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGraph, createPlan, type Task } from "@ai-workflow/scheduler";
import { afterEach, expect, test } from "vitest";
import { HISTORY_FILE } from "../run/state-directory.ts";
import { readFirstFailure } from "./first-failure.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function stateWith(history: string | undefined): string {
  const state = mkdtempSync(path.join(tmpdir(), "first-failure-"));
  folders.push(state);
  mkdirSync(path.join(state, "metrics"));
  if (history === undefined) mkdirSync(path.join(state, HISTORY_FILE));
  else writeFileSync(path.join(state, HISTORY_FILE), history);
  return state;
}

const line = (index: number, outcomes: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    version: 1,
    run_id: `r${index}`,
    commit: null,
    machine: "m",
    workflow_id: "w",
    start_time: "",
    end_time: "",
    total_duration: 1,
    status: "failed",
    steps_completed: 1,
    total_steps: 2,
    optimizations: {},
    step_timings: {},
    ai_stats: {},
    resource_usage: {},
    steps: Object.entries(outcomes).map(([id, outcome]) => ({ id, outcome, seconds: 1, attempts: 1 })),
  });

const tasks: readonly Task[] = [
  { id: "long", durationMs: 100 },
  { id: "short", durationMs: 10 },
];
const planOf = (given: readonly Task[]): ReturnType<typeof createPlan> =>
  createPlan(createGraph(given), { maxParallel: 1 });

test("what failed in the history goes first, and both orders come to what their plans say", () => {
  const lines = Array.from({ length: 8 }, (_, index) =>
    line(index, { long: "passed", short: index % 2 === 0 ? "failed" : "passed" }),
  );
  const early = readFirstFailure(stateWith(`{"cut\n[]\n${lines.join("\n")}\n{"version":9}\n`));
  const prioritised = early.prioritise(tasks, []) ?? [];
  expect(prioritised.map(({ id, priority }) => [id, priority])).toEqual([
    ["long", 1],
    ["short", 2],
  ]);
  const [makespan, firstFailure] = [planOf(tasks), planOf(prioritised)];
  const objectives = early.compare("makespan", makespan, firstFailure);
  expect(early.compare("first-failure", firstFailure, makespan)).toEqual(objectives);
  expect(objectives).toMatchObject({ runs: 8, makespan: { makespanMs: 110 }, firstFailure: { makespanMs: 110 } });
  expect(objectives.failureProbability).toBeGreaterThan(0.3);
  expect(objectives.failureProbability).toBeLessThan(0.7);
  // Nearly all failures are those of the short step: at 110 ms behind the long one, at 10 ms before it.
  expect(objectives.makespan.expectedMs).toBeGreaterThan(100);
  expect(objectives.firstFailure.expectedMs).toBeLessThan(30);
});

test.each([
  ["none", ""],
  ["one that cannot be read", undefined],
  ["one of other steps", `${line(0, { other: "failed" })}\n`],
])("a history that says nothing of the steps, %s, changes nothing", (_, history) => {
  expect(readFirstFailure(stateWith(history)).prioritise(tasks, [])).toBeUndefined();
});

import type { HistoryEntry } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { recommend } from "./recommend.ts";

const workflow = (config: Config): ReturnType<typeof normalise>["workflow"] => normalise(config, "name").workflow;
const step = (id: string, seconds: number, outcome = "passed", started = 0): HistoryEntry["steps"][number] =>
  ({ id, seconds, outcome, started, attempts: 1 }) as HistoryEntry["steps"][number];
const entries = (count: number, steps: HistoryEntry["steps"], total = 60): readonly HistoryEntry[] =>
  Array.from({ length: count }, () => ({ steps, total_duration: total }) as HistoryEntry);
const machine = { cpuCount: 2, memoryMb: 4_096 };

test("more steps at the same time are recommended where the plan gains by it, and only there", () => {
  const four = { a: { run: "x" }, b: { run: "x" }, c: { run: "x" }, d: { run: "x" } };
  const passed = ["a", "b", "c", "d"].map((id) => step(id, 30));
  const free = workflow({ steps: four });
  expect(recommend(entries(20, passed), { workflow: free, ...machine })).toEqual([
    "recommended: `max_parallel_jobs: 4` where the machine can carry them: all steps would take 30 s instead of 60 s by plan",
  ]);
  expect(recommend(entries(9, passed), { workflow: free, ...machine })).toEqual([]);
  expect(recommend(entries(20, passed.slice(1)), { workflow: free, ...machine })).toEqual([]);
  const chain = workflow({
    steps: { ...four, b: { run: "x", needs: ["a"] }, c: { run: "x", needs: ["b"] }, d: { run: "x", needs: ["c"] } },
  });
  expect(recommend(entries(20, passed), { workflow: chain, ...machine })).toEqual([]);
});

test("stages are recommended where runs went on long after their first failure, and only without stages", () => {
  const steps = { lint: { run: "x" }, test: { run: "x" } };
  const failing = [step("lint", 5, "failed"), step("test", 60)];
  const history = [...entries(10, failing, 60), ...entries(10, [step("lint", 5), step("test", 60)], 60)];
  expect(recommend(history, { workflow: workflow({ steps }), ...machine })).toEqual([
    "recommended: `stages` with what fails first in the first one: 50 % of 20 runs failed, and went on for 55 s after their first failure on average",
  ]);
  const staged = workflow({ stages: [{ id: "first" }], steps });
  expect(recommend(history, { workflow: staged, ...machine })).toEqual([]);
  const late = entries(20, [step("lint", 5), step("test", 59, "failed")], 60);
  expect(recommend(late, { workflow: workflow({ steps }), ...machine })).toEqual([]);
});

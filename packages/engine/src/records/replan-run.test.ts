import type { RunRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import { parseConfig } from "../config/parse-config.ts";
import type { Workflow } from "../config/workflow.ts";
import { createReplan } from "./replan-run.ts";

const record = {
  environment: { cpuCount: 4, memoryBytes: 8 * 2 ** 30 },
  optimizations: { multiStage: true },
  schedule: { maxParallel: 2 },
} as unknown as RunRecord;

function workflowOf(yaml: string): Workflow {
  const parsed = parseConfig(yaml, "c.yaml", "w");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.workflow;
}

const durations = (entries: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(entries));

test("a run is planned anew with other durations and more slots", () => {
  const replan = createReplan(
    record,
    workflowOf("steps: { a: { run: a }, b: { run: b, needs: [a] }, c: { run: c }, d: { run: d } }"),
  );
  const durationsMs = durations({ a: 100, b: 100, c: 200, d: 200 });
  expect(replan({ durationsMs }).makespanMs).toBe(300);
  expect(replan({ durationsMs, maxParallel: 3 }).makespanMs).toBe(200);
  expect(replan({ durationsMs: durations({ a: 100, b: 100, c: 200, d: 0 }) }).makespanMs).toBe(200);
});

test("limits can be lifted: groups, resources, and demands that were declared too high", () => {
  const replan = createReplan(
    record,
    workflowOf(`optimizations: { performance: { max_memory_mb: 1000 } }
steps:
  a: { run: a, exclusive: db }
  b: { run: b, exclusive: db }
  c: { run: c, demand: { memory_mb: 800 } }
  d: { run: d, demand: { memory_mb: 800 } }
`),
  );
  const pair = durations({ a: 100, b: 100 });
  expect(replan({ durationsMs: pair }).makespanMs).toBe(200);
  expect(replan({ durationsMs: pair, withoutGroups: ["db"] }).makespanMs).toBe(100);
  const large = durations({ c: 100, d: 100 });
  expect(replan({ durationsMs: large }).makespanMs).toBe(200);
  expect(replan({ durationsMs: large, withoutResources: ["memory_mb"] }).makespanMs).toBe(100);
  const demand = new Map([["c", { memory_mb: 150 }]]);
  expect(replan({ durationsMs: large, demand }).makespanMs).toBe(100);
});

test("steps that the workflow no longer has are left out, and no steps take no time", () => {
  const replan = createReplan(record, workflowOf("steps: { a: { run: a } }"));
  expect(replan({ durationsMs: durations({ a: 100, gone: 500 }) }).makespanMs).toBe(100);
  expect(replan({ durationsMs: new Map() }).makespanMs).toBe(0);
});

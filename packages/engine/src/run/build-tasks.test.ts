import { createGraph } from "@ai-workflow/scheduler";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { buildTasks, capacityFor, gateOf, type TaskInput } from "./build-tasks.ts";

function inputOf(config: Config, running: readonly string[] = Object.keys(config.steps)): TaskInput {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  return {
    steps: workflow.steps,
    running: new Set(running),
    stages: workflow.stages,
    durationMs: () => 7,
    capacity: {},
  };
}

/** By task, what it needs; gates as `|stage`. */
function needsOf(input: TaskInput): Readonly<Record<string, readonly string[]>> {
  const name = (id: string): string => (gateOf(id) === undefined ? id : `|${gateOf(id)}`);
  return Object.fromEntries(buildTasks(input).map(({ id, needs }) => [name(id), (needs ?? []).map(name).sort()]));
}

test("a gate stands behind the steps of its stage and before those of the next", () => {
  const config: Config = {
    stages: [{ id: "one" }, { id: "two" }, { id: "three", trigger: "manual" }],
    steps: {
      a: { run: "x", stage: "one" },
      b: { run: "x", stage: "two" },
      c: { run: "x", stage: "three" },
      d: { run: "x" },
    },
  };
  expect(needsOf(inputOf(config))).toEqual({
    "|one": ["a"],
    "|two": ["b", "|one"],
    "|three": ["c", "|two"],
    a: [],
    b: ["|one"],
    c: ["|two"],
    d: [],
  });
});

test("a stage none of whose steps run keeps its gate", () => {
  const config: Config = {
    stages: [{ id: "one" }, { id: "two" }],
    steps: { a: { run: "x", stage: "one" }, b: { run: "x", stage: "two" } },
  };
  expect(needsOf(inputOf(config, ["b"]))).toEqual({ "|one": [], "|two": ["b", "|one"], b: ["|one"] });
});

test("a step carries its duration, its group, and a demand that the machine can meet", () => {
  const input = inputOf({ steps: { a: { run: "x", demand: { cpu: 64, memory_mb: 10, gpu: 3 }, exclusive: "db" } } });
  const capacity = capacityFor(input.steps.values(), { cpuCount: 4, memoryMb: 100 });
  expect(capacity).toEqual({ cpu: 4, memory_mb: 100, gpu: 1 });
  expect(buildTasks({ ...input, capacity })).toEqual([
    { id: "a", needs: [], durationMs: 7, demand: { cpu: 4, memory_mb: 10, gpu: 1 }, group: "db" },
  ]);
  expect(capacityFor(inputOf({ steps: { a: { run: "x" } } }).steps.values(), { cpuCount: 4, memoryMb: 1 })).toEqual({});
});

test("the tasks of any accepted configuration form no circle, and keep the order of steps through those that do not run", () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const step = fc.record({
    stage: fc.constantFrom(undefined, "one", "two", "three"),
    needs: fc.subarray(ids),
    runs: fc.boolean(),
  });
  const trigger = fc.constantFrom("on_success" as const, "manual" as const);
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 6, maxLength: 6 }),
      fc.tuple(trigger, trigger, trigger),
      (given, triggers) => {
        const config: Config = {
          stages: ["one", "two", "three"].map((id, index) => ({ id, trigger: triggers[index] })),
          // Only earlier steps are needed, so that most graphs have no circle.
          steps: Object.fromEntries(
            ids.map((id, index) => [
              id,
              { run: "x", stage: given[index]?.stage, needs: (given[index]?.needs ?? []).filter((need) => need < id) },
            ]),
          ),
        };
        const { workflow, problems } = normalise(config, "name");
        if (problems.length > 0) return;
        accepted++;
        const running = ids.filter((_, index) => given[index]?.runs ?? false);
        const graph = createGraph(buildTasks({ ...inputOf(config, running) }));
        const before = (id: string, seen = new Set<string>()): ReadonlySet<string> => {
          for (const need of graph.needsOf(id)) if (!seen.has(need)) before(need, seen.add(need));
          return seen;
        };
        const neededBy = (id: string, seen = new Set<string>()): ReadonlySet<string> => {
          for (const need of workflow.steps.get(id)?.needs ?? []) if (!seen.has(need)) neededBy(need, seen.add(need));
          return seen;
        };
        for (const id of running) {
          const tasks = before(id);
          for (const need of neededBy(id)) if (running.includes(need)) expect(tasks).toContain(need);
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(50);
});

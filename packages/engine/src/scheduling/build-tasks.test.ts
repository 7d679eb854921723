import { createGraph } from "@ai-workflow/scheduler";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OwnConfig } from "../../test/own-config.ts";
import { normalise } from "../config/normalise.ts";
import { buildTasks, capacityFor, gateOf, isStepTask, type TaskInput } from "./build-tasks.ts";

function inputOf(config: OwnConfig, running: readonly string[] = Object.keys(config.steps)): TaskInput {
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
  const config: OwnConfig = {
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

test("a step that may go ahead waits for no gate; what confirms it does, and everything else waits for that", () => {
  const config: OwnConfig = {
    stages: [{ id: "one" }, { id: "two" }, { id: "three" }],
    steps: {
      a: { run: "x", stage: "one" },
      b: { run: "x", stage: "two", needs: ["a"] },
      c: { run: "x", stage: "two", needs: ["b"] },
      d: { run: "x", stage: "three", needs: ["b"] },
      e: { run: "x" },
    },
  };
  const input = { ...inputOf(config), ahead: new Set(["b", "d"]) };
  expect(needsOf(input)).toEqual({
    "|one": ["a"],
    "|two": ["<confirm>b", "c", "|one"],
    "|three": ["<confirm>d", "|two"],
    a: [],
    b: ["a"],
    "<confirm>b": ["a", "b", "|one"],
    c: ["<confirm>b", "|one"],
    d: ["b"],
    "<confirm>d": ["<confirm>b", "d", "|two"],
    e: [],
  });
  const priorities = buildTasks(input).map(({ id, priority }) => [id, priority]);
  expect(Object.fromEntries(priorities.filter(([id]) => isStepTask(String(id))))).toEqual({
    a: 3,
    b: 2,
    c: 2,
    d: 1,
    e: 3,
  });
});

test("a stage none of whose steps run keeps its gate", () => {
  const config: OwnConfig = {
    stages: [{ id: "one" }, { id: "two" }],
    steps: { a: { run: "x", stage: "one" }, b: { run: "x", stage: "two" } },
  };
  expect(needsOf(inputOf(config, ["b"]))).toEqual({ "|one": [], "|two": ["b", "|one"], b: ["|one"] });
});

test("whatever goes ahead, every step of a stage ends before its gate and is settled behind the one before", () => {
  const stages = [{ id: "0" }, { id: "1" }, { id: "2" }];
  fc.assert(
    fc.property(
      fc.array(fc.record({ stage: fc.nat(2), needs: fc.array(fc.nat(), { maxLength: 3 }), isAhead: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      }),
      (drawn) => {
        // Steps may need those of their own and of earlier stages.
        const sorted = [...drawn].sort((x, y) => x.stage - y.stage);
        const steps = sorted.map(({ stage, needs }, place) => [
          `s${place}`,
          {
            run: "x",
            stage: String(stage),
            needs: place === 0 ? [] : [...new Set(needs.map((need) => `s${need % place}`))],
          },
        ]);
        const ahead = new Set(
          sorted.flatMap(({ isAhead, stage }, place) => (isAhead && stage > 0 ? [`s${place}`] : [])),
        );
        const input = { ...inputOf({ stages, steps: Object.fromEntries(steps) }), ahead };
        const graph = createGraph(buildTasks(input));
        const before = (id: string): ReadonlySet<string> => {
          const found = new Set<string>();
          const open = [id];
          for (let one = open.pop(); one !== undefined; one = open.pop()) {
            for (const need of graph.needsOf(one)) {
              if (!found.has(need)) open.push(need);
              found.add(need);
            }
          }
          return found;
        };
        for (const [place, { stage }] of sorted.entries()) {
          const id = `s${place}`;
          const settled = ahead.has(id) ? `<confirm>${id}` : id;
          expect(before(`<gate>${stage}`)).toContain(settled);
          expect(before(`<gate>${stage}`)).toContain(id);
          if (stage > 0) expect(before(settled)).toContain(`<gate>${stage - 1}`);
          if (ahead.has(id)) expect(graph.needsOf(id).filter((one) => gateOf(one) !== undefined)).toEqual([]);
        }
      },
    ),
  );
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
        const config: OwnConfig = {
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

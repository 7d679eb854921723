import { createGraph, createPlan, type Task } from "@ai-workflow/scheduler";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OwnConfig } from "../../test/own-config.ts";
import { normalise } from "../config/normalise.ts";
import { buildTasks, gateOf } from "../scheduling/build-tasks.ts";
import { prioritiseTasks } from "./prioritise-tasks.ts";

/** What a step is, beside its needs and stage: milliseconds, and probability of failing. */
type Facts = Readonly<Record<string, readonly [ms: number, probability: number]>>;

function prioritised(config: OwnConfig, facts: Facts): readonly Task[] {
  const { workflow, problems } = normalise(config, "name");
  expect(problems).toEqual([]);
  const tasks = buildTasks({
    steps: workflow.steps,
    running: new Set(Object.keys(config.steps)),
    stages: workflow.stages,
    durationMs: (id) => facts[id]?.[0],
    capacity: {},
  });
  return prioritiseTasks(tasks, workflow.stages, (id) => facts[id]?.[1] ?? 0);
}

/** The steps in the order in which one slot runs them. */
function orderOf(tasks: readonly Task[]): readonly string[] {
  const plan = createPlan(createGraph(tasks), { maxParallel: 1 });
  return [...plan.tasks]
    .sort((a, b) => a.startMs - b.startMs)
    .flatMap(({ id }) => (gateOf(id) === undefined ? id : []));
}

test("inside a stage what fails most for its time goes first, and every step of a stage before those of later ones", () => {
  const config: OwnConfig = {
    stages: [{ id: "core" }, { id: "extended" }],
    steps: {
      e2e: { run: "x", stage: "extended" },
      smoke: { run: "x", stage: "extended" },
      types: { run: "x", stage: "core" },
      unit: { run: "x", stage: "core" },
      lint: { run: "x", stage: "core" },
    },
  };
  const facts = { e2e: [300, 0.5], smoke: [5, 0.9], types: [40, 0.01], unit: [100, 0.2], lint: [2, 0.1] } as const;
  const tasks = prioritised(config, facts);
  expect(orderOf(tasks)).toEqual(["lint", "unit", "types", "smoke", "e2e"]);
  const priorities = new Map(tasks.map(({ id, priority }) => [gateOf(id) ?? id, priority]));
  expect(Object.fromEntries(priorities)).toEqual({
    lint: 5,
    unit: 4,
    types: 3,
    // A gate goes as soon as its stage is done, and takes no step along.
    core: 3,
    smoke: 2,
    e2e: 1,
    extended: 1,
  });
});

test("a step without a stage goes where it tells most: before a stage, between its steps, or behind all", () => {
  const config: OwnConfig = {
    stages: [{ id: "core" }],
    steps: {
      docs: { run: "x" },
      a: { run: "x", stage: "core" },
      b: { run: "x", stage: "core" },
      spelling: { run: "x" },
      links: { run: "x" },
    },
  };
  const facts = { docs: [500, 0.01], a: [10, 0.1], b: [100, 0.1], spelling: [1, 0.2], links: [50, 0.1] } as const;
  expect(orderOf(prioritised(config, facts))).toEqual(["spelling", "a", "links", "b", "docs"]);
});

test("a step waits for what it needs through steps of no stage, however urgent it is", () => {
  const config: OwnConfig = {
    stages: [{ id: "core" }],
    steps: {
      urgent: { run: "x", stage: "core", needs: ["between"] },
      between: { run: "x", needs: ["build"] },
      build: { run: "x", stage: "core" },
      other: { run: "x", stage: "core" },
    },
  };
  const facts = { urgent: [1, 0.9], between: [1, 0], build: [10, 0], other: [10, 0.05] } as const;
  expect(orderOf(prioritised(config, facts))).toEqual(["build", "between", "urgent", "other"]);
});

test("steps that cannot be told apart stay in the order of the configuration", () => {
  const config: OwnConfig = { steps: { c: { run: "x" }, a: { run: "x" }, b: { run: "x" } } };
  expect(orderOf(prioritised(config, {}))).toEqual(["c", "a", "b"]);
});

test("where no duration is known, what fails most goes first", () => {
  const config: OwnConfig = { steps: { a: { run: "x" }, b: { run: "x" }, c: { run: "x" } } };
  const places = (ms: number): readonly string[] =>
    [...prioritised(config, { a: [ms, 0.1], b: [ms, 0.7], c: [ms, 0.2] })]
      .sort((one, other) => (other.priority ?? 0) - (one.priority ?? 0))
      .map(({ id }) => id);
  expect(places(0)).toEqual(["b", "c", "a"]);
  expect(places(5)).toEqual(["b", "c", "a"]);
});

test("needs of thousands of steps are left to the scheduler", () => {
  const ids = Array.from({ length: 1_500 }, (_, index) => `s${index}`);
  const config: OwnConfig = {
    stages: [{ id: "core" }],
    steps: Object.fromEntries(
      ids.map((id, index) => [
        id,
        { run: "x", stage: index % 3 === 0 ? "core" : undefined, needs: index < 6 ? [] : [`s${index - 6}`] },
      ]),
    ),
  };
  const facts = Object.fromEntries(
    ids.map((id, index) => [id, [1 + (index % 7), index === 1_498 ? 1 : 0.01]] as const),
  );
  const order = orderOf(prioritised(config, facts));
  expect(order).toHaveLength(1_500);
  // What surely fails is run as soon as the 249 steps before it allow.
  expect(order.indexOf("s1498")).toBe(249);
});

test("any accepted configuration keeps its needs and its stages, and its priorities pass nothing on from a later stage to an earlier one", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const step = fc.record({
    stage: fc.constantFrom(undefined, "one", "two", "three"),
    needs: fc.subarray(ids),
    ms: fc.nat(100),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: ids.length, maxLength: ids.length }), (given) => {
      const config: OwnConfig = {
        stages: [{ id: "one" }, { id: "two" }, { id: "three" }],
        steps: Object.fromEntries(
          ids.map((id, index) => [
            id,
            { run: "x", stage: given[index]?.stage, needs: (given[index]?.needs ?? []).filter((need) => need < id) },
          ]),
        ),
      };
      if (normalise(config, "name").problems.length > 0) return;
      accepted++;
      const facts: Facts = Object.fromEntries(
        ids.map((id, index) => [id, [given[index]?.ms ?? 0, given[index]?.probability ?? 0]] as const),
      );
      const tasks = prioritised(config, facts);
      const priorities = new Map(tasks.map(({ id, priority = 0 }) => [id, priority]));
      const order = ids.toSorted((a, b) => (priorities.get(b) ?? 0) - (priorities.get(a) ?? 0));
      expect(new Set(ids.map((id) => priorities.get(id))).size).toBe(ids.length);
      const rank = (id: string): number => ["one", "two", "three"].indexOf(config.steps[id]?.stage ?? "");
      const ranks = order.map(rank).filter((one) => one >= 0);
      expect(ranks).toEqual(ranks.toSorted());
      for (const id of ids) {
        for (const need of config.steps[id]?.needs ?? []) {
          expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
        }
      }
      for (const { id } of tasks) {
        const stage = config.stages?.find((one) => one.id === gateOf(id));
        for (const member of ids.filter((one) => stage !== undefined && config.steps[one]?.stage === stage.id)) {
          expect(priorities.get(id)).toBeLessThanOrEqual(priorities.get(member) ?? 0);
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(50);
});

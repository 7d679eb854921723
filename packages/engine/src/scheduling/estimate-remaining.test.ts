import { createGraph, createPlan, type Plan, type Task, type TaskGraph } from "@ai-workflow/scheduler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateRemaining, overdueAfterMs, type ExpectedTime, type RemainingWork } from "./estimate-remaining.ts";

const EPSILON_MS = 1e-6;

interface Scenario {
  readonly graph: TaskGraph;
  readonly plan: Plan;
}

/** Graphs under a limit of tasks, of a resource and of groups, with a plan for each. */
const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    tasks: fc.array(
      fc.record({
        durationMs: fc.nat({ max: 50 }),
        needs: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
        memory: fc.nat({ max: 4 }),
        group: fc.constantFrom(undefined, undefined, "deploy"),
        priority: fc.constantFrom(undefined, undefined, 1),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    maxParallel: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ tasks, maxParallel }) => {
    const graph = createGraph(
      tasks.map(({ durationMs, needs, memory, group, priority }, i): Task => ({
        id: `t${i}`,
        durationMs,
        needs: needs.filter((need) => need < i).map((need) => `t${need}`),
        demand: { memory },
        group,
        priority,
      })),
    );
    return { graph, plan: createPlan(graph, { maxParallel, capacity: { memory: 5 }, search: { generations: 30 } }) };
  });

/** What has become of a plan after some time, if everything takes as long as planned. */
function stateAt(
  { graph, plan }: Scenario,
  nowMs: number,
  upper?: (expectedMs: number) => number | undefined,
): RemainingWork {
  const isOver = ({ finishMs }: Plan["tasks"][number]): boolean => finishMs <= nowMs;
  return {
    graph,
    ended: new Set(plan.tasks.filter(isOver).map(({ id }) => id)),
    running: new Map(
      plan.tasks
        .filter((task) => task.startMs <= nowMs && !isOver(task))
        .map(({ id, startMs }) => [id, nowMs - startMs] as const),
    ),
    expect: (id): ExpectedTime => {
      const expectedMs = graph.get(id)?.durationMs ?? 0;
      return { expectedMs, upperMs: upper?.(expectedMs) };
    },
    order: plan.tasks.map(({ id }) => id),
    maxParallel: plan.maxParallel,
    capacity: plan.capacity,
  };
}

/** Every moment at which something happens, and those in between. */
function momentsOf(plan: Plan): readonly number[] {
  const times = [...new Set(plan.tasks.flatMap(({ startMs, finishMs }) => [startMs, finishMs]))].sort((a, b) => a - b);
  return times.flatMap((time, i) => [time, (time + (times[i + 1] ?? time)) / 2]);
}

describe("estimateRemaining()", () => {
  test("while all goes as planned the expected end stays: never later than planned, never before what is possible, exact where the plan is the best", () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { plan } = given;
        for (const nowMs of momentsOf(plan)) {
          const left = estimateRemaining(stateAt(given, nowMs));
          const endMs = nowMs + (left?.expectedMs ?? Infinity);
          expect(endMs).toBeLessThanOrEqual(plan.makespanMs + EPSILON_MS);
          expect(endMs).toBeGreaterThanOrEqual(plan.lowerBoundMs - EPSILON_MS);
          expect(left?.overdue).toEqual([]);
        }
      }),
    );
  });

  test("nothing is left at the end, and nothing is ever negative, whatever the tasks really took", () => {
    fc.assert(
      fc.property(scenario, fc.array(fc.nat({ max: 300 })), fc.uniqueArray(fc.nat({ max: 13 })), (given, ran, done) => {
        const { graph } = given;
        // What needs it may be over: it was withdrawn, or cancelled.
        const ended = new Set([...done].map((i) => `t${i}`));
        const running = new Map(
          graph.tasks
            .filter(({ id }) => !ended.has(id) && graph.needsOf(id).every((need) => ended.has(need)))
            .flatMap(({ id }, i) => (ran[i] === undefined ? [] : [[id, ran[i]] as const])),
        );
        const work = { ...stateAt(given, 0, (expectedMs) => expectedMs * 2), ended, running };
        const left = estimateRemaining(work);
        expect(left?.expectedMs).toBeGreaterThanOrEqual(0);
        expect(left?.upperMs).toBeGreaterThanOrEqual(left?.expectedMs ?? Infinity);
        expect(left?.overdue.every((id) => running.has(id))).toBe(true);
        const all = new Set(graph.tasks.map(({ id }) => id));
        expect(estimateRemaining({ ...work, ended: all, running: new Map() })).toEqual({
          expectedMs: 0,
          upperMs: 0,
          overdue: [],
        });
      }),
    );
  });

  const chain = createGraph([
    { id: "a", durationMs: 10 },
    { id: "b", durationMs: 20, needs: ["a"] },
    { id: "c", durationMs: 5 },
  ]);
  const known: Readonly<Record<string, ExpectedTime>> = {
    a: { expectedMs: 10, upperMs: 12 },
    b: { expectedMs: 20, upperMs: 40 },
    c: { expectedMs: 5, upperMs: 100 },
  };
  const work: RemainingWork = {
    graph: chain,
    ended: new Set(),
    running: new Map(),
    expect: (id) => known[id],
    order: ["a", "c", "b"],
    maxParallel: 2,
    capacity: {},
  };

  test.each([
    ["before the start", [], {}, { expectedMs: 30, upperMs: 100, overdue: [] }],
    ["in between", ["c"], { a: 4 }, { expectedMs: 26, upperMs: 48, overdue: [] }],
    ["when one is late by less than its bound", ["c"], { a: 11 }, { expectedMs: 21, upperMs: 41, overdue: [] }],
    [
      "when one is overdue, as long again as it is late",
      ["c"],
      { a: 16 },
      { expectedMs: 26, upperMs: 46, overdue: ["a"] },
    ],
    ["when a need was withdrawn", ["a", "c"], {}, { expectedMs: 20, upperMs: 40, overdue: [] }],
  ] as const)("%s", (_, ended, running, left) => {
    const state = { ...work, ended: new Set<string>(ended), running: new Map(Object.entries(running)) };
    expect(estimateRemaining(state)).toEqual(left);
  });

  test("says nothing of the time while one of the tasks is unknown, and nothing of the bound while that of one is", () => {
    const without = (id: string, time: ExpectedTime | undefined): RemainingWork => ({
      ...work,
      expect: (one) => (one === id ? time : known[one]),
    });
    expect(estimateRemaining(without("b", undefined))).toBeUndefined();
    expect(estimateRemaining({ ...without("a", undefined), ended: new Set(["a"]) })?.expectedMs).toBe(20);
    expect(estimateRemaining(without("b", { expectedMs: 20, upperMs: undefined }))).toEqual({
      expectedMs: 30,
      upperMs: undefined,
      overdue: [],
    });
  });

  test("of more than 500 tasks it gives what no plan can be shorter than", () => {
    const tasks = Array.from({ length: 1_001 }, (_, i): Task => {
      return {
        id: `t${i}`,
        durationMs: 10,
        needs: i > 0 && i < 200 ? [`t${i - 1}`] : [],
        demand: { db: i < 300 ? 1 : 0 },
      };
    });
    const leftWith = (maxParallel: number, db: number): number | undefined => {
      const graph = createGraph(tasks);
      const ids = tasks.map(({ id }) => id);
      const expectedTime = (): ExpectedTime => ({ expectedMs: 10, upperMs: undefined });
      const many = { ...work, graph, expect: expectedTime, order: ids, maxParallel, capacity: { db } };
      return estimateRemaining(many)?.expectedMs;
    };
    expect([leftWith(2, 300), leftWith(1_001, 1), leftWith(1_001, 300)]).toEqual([5_005, 3_000, 2_000]);
  });

  test("durations of a damaged history do not end a run", () => {
    const time: ExpectedTime = { expectedMs: Number.MAX_VALUE, upperMs: Infinity };
    expect(Number.isFinite(estimateRemaining({ ...work, expect: () => time })?.upperMs)).toBe(true);
  });
});

test("a task without a bound is overdue after half as long again as expected", () => {
  expect(overdueAfterMs({ expectedMs: 10, upperMs: undefined })).toBe(15);
  expect(overdueAfterMs({ expectedMs: 10, upperMs: 11 })).toBe(11);
  expect(overdueAfterMs({ expectedMs: 10, upperMs: 3 })).toBe(10);
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workloads } from "../test/arbitrary-tasks.ts";
import { createGraph } from "./create-graph.ts";
import { createPlan } from "./create-plan.ts";
import { SchedulerError } from "./errors.ts";
import type { Task } from "./task.ts";
import { WHAT_IF_UP_TO, whatIf } from "./what-if.ts";

describe("whatIf()", () => {
  test("more parallel tasks are never shown as slower, and every figure lies between its bound and list scheduling", () => {
    fc.assert(
      fc.property(
        workloads({ withDemand: true, maxTasks: 12 }),
        fc.constantFrom("critical-path" as const, "batches" as const),
        ({ tasks, capacity }, strategy) => {
          const graph = createGraph(tasks);
          const figures = whatIf(graph, { capacity, strategy, search: { generations: 30 } }, { from: 1, to: 6 });
          expect(figures.map(({ maxParallel }) => maxParallel)).toEqual([1, 2, 3, 4, 5, 6]);
          let before = { makespanMs: Infinity, lowerBoundMs: Infinity };
          for (const figure of figures) {
            expect(figure.makespanMs).toBeLessThanOrEqual(before.makespanMs);
            expect(figure.lowerBoundMs).toBeLessThanOrEqual(before.lowerBoundMs);
            expect(figure.lowerBoundMs).toBeLessThanOrEqual(figure.makespanMs);
            const { maxParallel } = figure;
            const listed = createPlan(graph, { capacity, strategy, maxParallel, search: { generations: 1 } });
            expect(figure.makespanMs).toBeLessThanOrEqual(listed.makespanMs);
            before = figure;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("tells from where on more parallel tasks no longer help", () => {
    const tasks = Array.from({ length: 6 }, (_, i): Task => ({ id: `t${i}`, durationMs: 10 }));
    const withChain: Task[] = [
      ...tasks,
      { id: "first", durationMs: 10 },
      { id: "then", durationMs: 15, needs: ["first"] },
    ];
    expect(whatIf(createGraph(withChain), {}, { to: 5 })).toEqual([
      { maxParallel: 1, makespanMs: 85, lowerBoundMs: 85 },
      { maxParallel: 2, makespanMs: 45, lowerBoundMs: 43 },
      { maxParallel: 3, makespanMs: 30, lowerBoundMs: 29 },
      { maxParallel: 4, makespanMs: 25, lowerBoundMs: 25 },
      { maxParallel: 5, makespanMs: 25, lowerBoundMs: 25 },
    ]);
  });

  test("is as good as the plan for the few steps of a workflow", () => {
    const tasks = [30, 30, 20, 20, 20].map((durationMs, i): Task => ({ id: `t${i}`, durationMs }));
    const graph = createGraph(tasks);
    for (const { maxParallel, makespanMs } of whatIf(graph)) {
      expect(makespanMs).toBe(createPlan(graph, { maxParallel }).makespanMs);
    }
    expect(whatIf(graph).map(({ makespanMs }) => makespanMs)).toEqual([120, 60, 50, 40, 30]);
  });

  test("keeps the other limits", () => {
    const tasks = Array.from({ length: 4 }, (_, i): Task => ({ id: `t${i}`, durationMs: 10, demand: { gpu: 1 } }));
    const figures = whatIf(createGraph(tasks), { capacity: { gpu: 2 }, maxParallel: 1 });
    expect(figures.map(({ makespanMs }) => makespanMs)).toEqual([40, 20, 20, 20]);
  });

  test("asks about as many as there are tasks, up to a limit, unless told otherwise", () => {
    const graphOf = (count: number): ReturnType<typeof createGraph> =>
      createGraph(Array.from({ length: count }, (_, i) => ({ id: `t${i}`, durationMs: 1 })));
    expect(whatIf(graphOf(3))).toHaveLength(3);
    expect(whatIf(graphOf(40))).toHaveLength(WHAT_IF_UP_TO);
    expect(whatIf(graphOf(40), {}, { from: 20 })).toEqual([{ maxParallel: 20, makespanMs: 2, lowerBoundMs: 2 }]);
    expect(whatIf(graphOf(0))).toEqual([{ maxParallel: 1, makespanMs: 0, lowerBoundMs: 0 }]);
    expect(whatIf(graphOf(2), {}, { from: 5, to: 6 }).map(({ makespanMs }) => makespanMs)).toEqual([1, 1]);
  });

  test("refuses a range that is none, and tasks that could never start", () => {
    const graph = createGraph([{ id: "a", demand: { cpu: 2 } }]);
    expect(() => whatIf(graph, {}, { from: 0 })).toThrow("`from` must be a whole number of at least 1, got 0");
    expect(() => whatIf(graph, {}, { from: 3, to: 2 })).toThrow("`to` must be a whole number of at least 3, got 2");
    expect(() => whatIf(graph, {}, { to: Number.NaN })).toThrow(RangeError);
    expect(() => whatIf(graph, { capacity: { cpu: 1 } })).toThrow(SchedulerError);
  });
});

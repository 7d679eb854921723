import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workloads, type Workload } from "../../test/arbitrary-tasks.ts";
import { allOrders, instanceOf } from "../../test/instance-of.ts";
import { createGraph, graphIndex } from "../create-graph.ts";
import { tails } from "../critical-path.ts";
import { heads, lowerBound } from "./lower-bound.ts";
import { Timetable } from "./timetable.ts";

function boundOf(workload: Workload): number {
  const instance = instanceOf(workload);
  const tailMs = tails(graphIndex(createGraph(workload.tasks)));
  return lowerBound(
    instance,
    heads(instance.order, instance.needs, instance.durationMs),
    tailMs,
    Math.max(0, ...tailMs),
  );
}

describe("lowerBound()", () => {
  test("is never longer than the shortest of all schedules", () => {
    fc.assert(
      fc.property(workloads({ withDemand: true, maxTasks: 6 }), fc.constantFrom(1, 1 / 7), (drawn, unit) => {
        const tasks = drawn.tasks.map((task) => ({ ...task, durationMs: (task.durationMs ?? 0) * unit }));
        const workload = { ...drawn, tasks };
        const instance = instanceOf(workload);
        const timetable = new Timetable(instance);
        let shortestMs = Infinity;
        // Some order of the tasks gives a shortest schedule (Sprecher, Kolisch and Drexl 1995).
        for (const order of allOrders(instance)) shortestMs = Math.min(shortestMs, timetable.build(order, "early"));
        expect(boundOf(workload)).toBeLessThanOrEqual(shortestMs * (1 + 1e-12));
      }),
      { numRuns: 150 },
    );
  });

  test("sees the work that must be done between a beginning and an end", () => {
    // Three tasks of 4 on two slots between a task of 1 before and one of 1 after: 1 + 12 / 2 + 1, where path (6) and work (14 / 2) see less.
    const middle = [1, 2, 3].map((k) => ({ id: `middle ${k}`, needs: ["first"], durationMs: 4 }));
    const tasks = [
      { id: "first", durationMs: 1 },
      ...middle,
      { id: "last", needs: middle.map(({ id }) => id), durationMs: 1 },
    ];
    expect(boundOf({ tasks, capacity: {}, maxParallel: 2 })).toBe(8);
    expect(boundOf({ tasks, capacity: {}, maxParallel: 1 })).toBe(14);
  });

  test("sees that tasks which take more than a half, a third or a quarter each cannot all run at once", () => {
    const five = (amount: number): number =>
      boundOf({
        tasks: Array.from({ length: 5 }, (_, i) => ({ id: `t${i}`, durationMs: 6, demand: { cpu: amount } })),
        capacity: { cpu: 100 },
        maxParallel: 5,
      });
    expect(five(51)).toBe(30);
    expect(five(34)).toBe(15);
    expect(five(26)).toBe(10);
  });

  test("lets as many run at once as fit but for rounding", () => {
    // 3 * 1.1 is 3.3000000000000003.
    const tasks = Array.from({ length: 7 }, (_, i) => ({ id: `t${i}`, durationMs: 10, demand: { cpu: 1.1 } }));
    expect(boundOf({ tasks, capacity: { cpu: 3.3 }, maxParallel: 7 })).toBeLessThanOrEqual(30);
  });

  test("is rounded up when all durations are whole numbers, and only then", () => {
    const three = (durationMs: number): number =>
      boundOf({
        tasks: Array.from({ length: 3 }, (_, i) => ({ id: `t${i}`, durationMs })),
        capacity: {},
        maxParallel: 2,
      });
    expect(three(5)).toBe(8);
    expect(three(5.5)).toBe(8.25);
  });

  test("finds the same for thousands of tasks as their work says, without looking at every interval", () => {
    const tasks = Array.from({ length: 3_000 }, (_, i) => ({ id: `t${i}`, durationMs: 2 }));
    expect(boundOf({ tasks, capacity: {}, maxParallel: 8 })).toBe(750);
  });
});

import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { workloads } from "../test/arbitrary-tasks.ts";
import { createGraph, graphIndex } from "./create-graph.ts";
import { SchedulerError } from "./errors.ts";
import type { Task, TaskGraph } from "./task.ts";

function errorOf(make: () => unknown): SchedulerError {
  try {
    make();
  } catch (error) {
    if (error instanceof SchedulerError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("createGraph()", () => {
  test("orders every task after what it needs, whatever the order of declaration", () => {
    fc.assert(
      fc.property(workloads({ withDemand: false }), ({ tasks }) => {
        const graph = createGraph(tasks);
        const at = new Map(graph.order.map((id, i) => [id, i]));
        expect(at.size).toBe(tasks.length);
        for (const task of tasks) {
          for (const need of task.needs ?? []) expect(at.get(need)).toBeLessThan(at.get(task.id) as number);
          expect(new Set(graph.needsOf(task.id))).toEqual(new Set(task.needs));
          for (const dependent of graph.dependentsOf(task.id)) expect(graph.needsOf(dependent)).toContain(task.id);
        }
      }),
    );
  });

  test("gives the tasks as they are, so that further fields reach the function that runs them", () => {
    const build = { id: "build", command: "make" };
    const graph = createGraph([build, { id: "test", needs: ["build", "build"] }]);
    expect(graph.get("build")).toBe(build);
    expect(graph.get("nothing")).toBeUndefined();
    expect(graph.needsOf("test")).toEqual(["build"]);
  });

  test("refuses a duplicate id", () => {
    const error = errorOf(() => createGraph([{ id: "a" }, { id: "a" }]));
    expect(error).toMatchObject({ code: "SCHEDULER_DUPLICATE_ID", ids: ["a"], name: "SchedulerError" });
  });

  test("refuses an unknown need and names both ids", () => {
    const tasks: Task[] = [{ id: "a", needs: ["b"] }];
    const error = errorOf(() => createGraph(tasks));
    expect(error).toMatchObject({ code: "SCHEDULER_UNKNOWN_NEED", ids: ["a", "b"] });
    expect(error.message).toBe('Cannot create graph: "a" needs "b", which is not a task');
  });

  test("prints the shortest cycle as a path of needs", () => {
    const tasks: Task[] = [
      { id: "start" },
      { id: "a", needs: ["b", "start"] },
      { id: "b", needs: ["c"] },
      { id: "c", needs: ["a", "d"] },
      { id: "d", needs: ["c"] },
      { id: "end", needs: ["a"] },
    ];
    const error = errorOf(() => createGraph(tasks));
    expect(error).toMatchObject({ code: "SCHEDULER_CYCLE", ids: ["c", "d", "c"] });
    expect(error.message).toBe('Cannot create graph: tasks need each other: "c" -> "d" -> "c"');
    expect(errorOf(() => createGraph([{ id: "me", needs: ["me"] }])).ids).toEqual(["me", "me"]);
  });

  test.each([
    [{ id: "" }, TypeError, "`id` must be a string that is not empty"],
    [{ id: 7 }, TypeError, "got 7"],
    [{ id: "a", durationMs: -1 }, RangeError, '`durationMs` of task "a" must not be negative, got -1'],
    [{ id: "a", durationMs: Number.NaN }, RangeError, "must be finite, got NaN"],
    [{ id: "a", durationMs: "5" }, TypeError, 'must be a number, got "5"'],
    [{ id: "a", priority: Infinity }, RangeError, "`priority`"],
    [{ id: "a", demand: { cpu: -2 } }, RangeError, "`demand.cpu`"],
    [{ id: "a", demand: 3 }, TypeError, "`demand`"],
    [{ id: "a", needs: "b" }, TypeError, "`needs`"],
    [{ id: "a", group: "" }, TypeError, "`group`"],
    [{ id: "a", needsMust: "finish" }, TypeError, '`needsMust` of task "a" must be "succeed" or "end", got "finish"'],
    [null, TypeError, "a task must be an object, got null"],
  ])("refuses %j", (task, type, message) => {
    const make = (): unknown => createGraph([task as Task]);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });

  test("takes 100,000 tasks with 300,000 needs, and a chain as long, without recursion", () => {
    const wide = Array.from({ length: 100_000 }, (_, i): Task => ({
      id: `t${i}`,
      needs: i < 3 ? [] : [`t${i - 1}`, `t${i >> 1}`, `t${(i * 7919) % (i - 2)}`],
    }));
    const graph = createGraph(wide);
    expect(graph.order).toHaveLength(100_000);
    expect(graph.dependentsOf("t99999")).toEqual([]);
  });

  test("plans a task without a duration with the median of the known ones", () => {
    const durations = (tasks: Task[]): number[] => [...graphIndex(createGraph(tasks)).durationMs];
    const [a, b, c, d] = [30, 10, 20, undefined].map((durationMs, i): Task => ({ id: `t${i}`, durationMs }));
    expect(durations([a, b, c, d] as Task[])).toEqual([30, 10, 20, 20]);
    expect(durations([{ id: "x" }])).toEqual([1]);
  });

  test("knows its ids at compile time", () => {
    const graph = createGraph([{ id: "build" }, { id: "test", needs: ["build"] }]);
    expectTypeOf(graph).toEqualTypeOf<TaskGraph<"build" | "test">>();
    // @ts-expect-error a need that is not an id
    expect(() => createGraph([{ id: "build" }, { id: "test", needs: ["biuld"] }])).toThrow(SchedulerError);
    // @ts-expect-error an id that is not in the graph
    expect(() => graph.needsOf("deploy")).toThrow('there is no "deploy"');
  });

  test("a graph made elsewhere with the same fields is indexed when it is first used", () => {
    const graph = createGraph([{ id: "a" }, { id: "b", needs: ["a"] }]);
    expect(graphIndex({ ...graph }).needs).toEqual([[], [0]]);
  });
});

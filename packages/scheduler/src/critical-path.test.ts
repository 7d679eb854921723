import * as fc from "fast-check";
import { expect, test } from "vitest";
import { workloads } from "../test/arbitrary-tasks.ts";
import { createGraph, graphIndex } from "./create-graph.ts";
import { criticalPath, inheritedPriorities, tails } from "./critical-path.ts";
import { levels } from "./graph-index.ts";
import type { Task } from "./task.ts";

test("tails() gives the longest of all paths from a task, and criticalPath() one that is as long", () => {
  fc.assert(
    fc.property(workloads({ withDemand: false, maxTasks: 10 }), ({ tasks }) => {
      const index = graphIndex(createGraph(tasks));
      const longest = (task: number): number =>
        (tasks[task]?.durationMs ?? 0) + Math.max(0, ...(index.dependents[task] ?? []).map(longest));
      const tailMs = tails(index);
      expect([...tailMs]).toEqual(tasks.map((_, i) => longest(i)));

      const path = criticalPath(index, tailMs);
      expect(path.reduce((sum, task) => sum + (tasks[task]?.durationMs ?? 0), 0)).toBe(Math.max(0, ...tailMs));
      for (const [k, task] of path.slice(1).entries()) expect(index.needs[task]).toContain(path[k]);
    }),
  );
});

test("a task inherits the priority of what depends on it, and levels count the steps from the start", () => {
  const tasks: Task[] = [
    { id: "low", priority: -1 },
    { id: "build" },
    { id: "urgent", needs: ["build"], priority: 9 },
    { id: "last", needs: ["urgent", "low"] },
  ];
  const index = graphIndex(createGraph(tasks));
  expect([...inheritedPriorities(index, (i) => tasks[i]?.priority)]).toEqual([0, 9, 9, 0]);
  expect([...levels(index)]).toEqual([0, 0, 1, 2]);
});

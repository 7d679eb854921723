import { expect, test } from "vitest";
import { createInstance } from "./instance.ts";
import { graphIndex, createGraph } from "../create-graph.ts";
import type { Task } from "../task.ts";
import { TaskLists } from "./task-lists.ts";

test("respectPriorities() moves the urgent to the front, also where there are more priorities than a call may have arguments", () => {
  const size = 200_000;
  const tasks = Array.from({ length: size }, (_, i): Task => ({ id: `t${i}`, priority: i }));
  const limits = { maxParallel: 2, capacity: new Map<string, number>() };
  const priority = Float64Array.from(tasks, (_, i) => i);
  const lists = new TaskLists(createInstance(graphIndex(createGraph<string>(tasks)), tasks, limits, priority));
  const list = Int32Array.from(tasks, (_, i) => i);
  lists.respectPriorities(list);
  expect([...list.subarray(0, 2), list[size - 1]]).toEqual([size - 1, size - 2, 0]);
});

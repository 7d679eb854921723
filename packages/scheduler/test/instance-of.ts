import { createGraph, graphIndex } from "../src/create-graph.ts";
import { inheritedPriorities } from "../src/critical-path.ts";
import { readLimits } from "../src/limits.ts";
import { createInstance, type Instance } from "../src/planning/instance.ts";
import type { Workload } from "./arbitrary-tasks.ts";

/** The workload in numbers, as planning makes it. */
export function instanceOf({ tasks, capacity, maxParallel }: Workload): Instance {
  const index = graphIndex(createGraph(tasks));
  const priority = inheritedPriorities(index, (i) => tasks[i]?.priority);
  return createInstance(index, tasks, readLimits(maxParallel, capacity, "test"), priority);
}

/** Every order in which each task comes after what it needs. Factorial: for a handful of tasks. */
export function* allOrders({ size, needs }: Instance): Generator<Int32Array, void, undefined> {
  const order: number[] = [];
  const isPlaced = new Set<number>();
  function* extend(): Generator<Int32Array, void, undefined> {
    if (order.length === size) yield Int32Array.from(order);
    for (let task = 0; task < size; task++) {
      if (isPlaced.has(task)) continue;
      if (needs.items.slice(needs.starts[task], needs.starts[task + 1]).some((need) => !isPlaced.has(need))) continue;
      order.push(task);
      isPlaced.add(task);
      yield* extend();
      order.pop();
      isPlaced.delete(task);
    }
  }
  yield* extend();
}

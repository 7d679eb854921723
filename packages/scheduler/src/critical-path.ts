import type { GraphIndex } from "./graph-index.ts";

/**
 * Tail of each task in milliseconds: the longest path that begins with it, its own duration included. What starts with the longest tail first
 * follows the critical path (Hu 1961; Kelley and Walker 1959). Linear time.
 */
export function tails(index: GraphIndex): Float64Array {
  const tailMs = new Float64Array(index.order.length);
  for (let k = index.order.length - 1; k >= 0; k--) {
    const task = index.order[k] as number;
    let longest = 0;
    for (const dependent of index.dependents[task] as readonly number[]) {
      longest = Math.max(longest, tailMs[dependent] as number);
    }
    tailMs[task] = longest + (index.durationMs[task] as number);
  }
  return tailMs;
}

/** The tasks of a longest path, first to last; among equally long ones what was declared first. */
export function criticalPath(index: GraphIndex, tailMs: Float64Array): readonly number[] {
  const path: number[] = [];
  let candidates: Iterable<number> = tailMs.keys();
  for (;;) {
    let longest = -1;
    for (const task of candidates) {
      if (longest < 0 || (tailMs[task] as number) > (tailMs[longest] as number)) longest = task;
    }
    if (longest < 0) return path;
    path.push(longest);
    candidates = index.dependents[longest] as readonly number[];
  }
}

/** Priority of each task: its own or the highest of what depends on it, so that an urgent task does not wait behind its own needs. */
export function inheritedPriorities(index: GraphIndex, priorityOf: (task: number) => number | undefined): Float64Array {
  const priority = new Float64Array(index.order.length);
  for (let k = index.order.length - 1; k >= 0; k--) {
    const task = index.order[k] as number;
    let highest = priorityOf(task) ?? 0;
    for (const dependent of index.dependents[task] as readonly number[]) {
      highest = Math.max(highest, priority[dependent] as number);
    }
    priority[task] = highest;
  }
  return priority;
}

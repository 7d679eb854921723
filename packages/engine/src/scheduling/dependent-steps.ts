import type { TaskGraph } from "@ai-workflow/scheduler";
import { gateOf, isStepTask } from "./build-tasks.ts";

/** The steps that need one, directly or not, however the stages stand to each other. Pure. */
export function dependentSteps(graph: Pick<TaskGraph, "dependentsOf">, stepId: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [stepId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const dependent of graph.dependentsOf(id)) {
      if (gateOf(dependent) !== undefined || found.has(dependent)) continue;
      found.add(dependent);
      open.push(dependent);
    }
  }
  return new Set([...found].filter(isStepTask));
}

import { estimateRemaining, type RemainingTime } from "../scheduling/estimate-remaining.ts";
import type { StepSchedule } from "./schedule-steps.ts";
import { expectTasks } from "../scheduling/track-remaining.ts";

/** How long a schedule takes that has not begun; `undefined` while no run has timed one of its steps. `upperMs` is by step, in milliseconds. Pure. */
export function estimateSchedule(
  { graph, plan, unknownDurations }: StepSchedule,
  upperMs: ReadonlyMap<string, number>,
): RemainingTime | undefined {
  return estimateRemaining({
    graph,
    ended: new Set(),
    running: new Map(),
    expect: expectTasks({ graph, unknown: new Set(unknownDurations), upperMs: (id) => upperMs.get(id) }),
    order: plan.tasks.map(({ id }) => id),
    maxParallel: plan.maxParallel,
    capacity: plan.capacity,
  });
}

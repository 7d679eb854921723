import type { Limits } from "../limits.ts";
import type { Task } from "../task.ts";

/** What a set of tasks takes of everything that has a limit. */
export interface Work {
  /** Milliseconds of all tasks. */
  readonly totalMs: number;
  /** Amount times milliseconds, by resource that has a capacity. */
  readonly byResource: ReadonlyMap<string, number>;
  /** Milliseconds by group. */
  readonly byGroup: ReadonlyMap<string, number>;
}

/**
 * Sums up the tasks.
 *
 * @throws {RangeError} when their durations add up to more than a number can hold.
 */
export function sumWork(tasks: readonly Task[], durationMs: Float64Array, limits: Limits, action: string): Work {
  let totalMs = 0;
  const byGroup = new Map<string, number>();
  const byResource = new Map<string, number>();
  for (const [i, task] of tasks.entries()) {
    const duration = durationMs[i] as number;
    totalMs += duration;
    if (task.group !== undefined) byGroup.set(task.group, (byGroup.get(task.group) ?? 0) + duration);
    if (task.demand === undefined) continue;
    for (const [resource, amount] of Object.entries(task.demand)) {
      if (!limits.capacity.has(resource)) continue;
      byResource.set(resource, (byResource.get(resource) ?? 0) + amount * duration);
    }
  }
  if (totalMs === Infinity) {
    throw new RangeError(`Cannot ${action}: the durations of all tasks add up to more than a number can hold`);
  }
  return { totalMs, byResource, byGroup };
}

/** Work over capacity, for slots, resources and groups: the longest of them, in milliseconds. */
export function workBound(work: Work, limits: Limits): number {
  let boundMs = work.totalMs / limits.maxParallel;
  for (const groupMs of work.byGroup.values()) boundMs = Math.max(boundMs, groupMs);
  for (const [resource, amountMs] of work.byResource) {
    // Very large amounts may add up to more than a number can hold, too; then they say nothing.
    if (amountMs > 0 && amountMs < Infinity)
      boundMs = Math.max(boundMs, amountMs / (limits.capacity.get(resource) as number));
  }
  return boundMs;
}

import { show } from "./check-task.ts";
import { SchedulerError } from "./errors.ts";
import type { Task } from "./task.ts";

/** What may run at the same time. */
export interface Limits {
  /** Tasks at once; Infinity without a limit. */
  readonly maxParallel: number;
  /** By resource. A resource that is absent is unlimited. */
  readonly capacity: ReadonlyMap<string, number>;
}

/** Sums of fractional demands carry rounding errors; this share of a capacity is not counted as too much. */
const TOLERANCE = 1e-9;

/** The part of a capacity that rounding may exceed. */
export function tolerance(capacity: number): number {
  return Number.isFinite(capacity) ? capacity * TOLERANCE : 0;
}

/**
 * Checks the limits a caller gave.
 *
 * @throws {TypeError | RangeError} when one is not a number in range.
 */
export function readLimits(
  maxParallel: number | undefined,
  capacity: Readonly<Record<string, number>> | undefined,
  action: string,
): Limits {
  if (maxParallel !== undefined && maxParallel !== Infinity && !(Number.isInteger(maxParallel) && maxParallel > 0)) {
    throw new RangeError(
      `Cannot ${action}: \`maxParallel\` must be a positive integer or Infinity, got ${show(maxParallel)}`,
    );
  }
  if (capacity !== undefined && (typeof capacity !== "object" || capacity === null || Symbol.iterator in capacity)) {
    throw new TypeError(`Cannot ${action}: \`capacity\` must be an object of amounts by name, got ${show(capacity)}`);
  }
  const entries = Object.entries(capacity ?? {});
  for (const [resource, amount] of entries) {
    if (typeof amount !== "number" || !(amount >= 0)) {
      throw new RangeError(
        `Cannot ${action}: \`capacity.${resource}\` must be a number that is not negative, got ${show(amount)}`,
      );
    }
  }
  return { maxParallel: maxParallel ?? Infinity, capacity: new Map(entries) };
}

/**
 * Refuses a task that could never start.
 *
 * @throws {SchedulerError} SCHEDULER_DEMAND_EXCEEDS_CAPACITY
 */
export function checkDemand(task: Task, limits: Limits, action: string): void {
  if (task.demand === undefined) return;
  for (const [resource, amount] of Object.entries(task.demand)) {
    const capacity = limits.capacity.get(resource) ?? Infinity;
    if (amount > capacity + tolerance(capacity)) {
      throw new SchedulerError(
        "SCHEDULER_DEMAND_EXCEEDS_CAPACITY",
        `Cannot ${action}: "${task.id}" demands ${amount} of "${resource}", the capacity is ${capacity}`,
        [task.id],
      );
    }
  }
}

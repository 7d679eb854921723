import type { Instance } from "./instance.ts";

/** Tasks and demands placed by default, over all generations, under a single limit. One takes about 35 ns on a machine of 2025. */
const DEFAULT_WORK = 560_000;

/** Under several limits, where the lower bound is seldom reached, so many times as much. */
const SEVERAL_LIMITS = 1.5;

/** A need costs so much less than a task or a demand. */
const NEEDS_PER_TASK = 9;

/** To copy what is free of so many limits costs as much as a task. */
const LIMITS_PER_TASK = 6;

/** Most numbers that a table of what is free may have: 32 MiB. */
const LARGEST_TABLE = 2 ** 22;

/** Whether schedules can be generated in a moderate amount of memory: a table has a row for each task and a column for each limit. */
export function isSearchable({ size, capacity }: Instance): boolean {
  return (size + 1) * capacity.length <= LARGEST_TABLE;
}

/**
 * Beyond this size a generation costs more than its share: there are more moments to pass until a task fits, and not all fit into the fastest
 * memory.
 */
const FULL_SPEED = 400;

/** Few tasks have few orders: two times as many schedules for so many tasks more are enough, and at least {@link SMALLEST_BUDGET}. */
const TASKS_PER_DOUBLING = 1.75;
const ONE_SCHEDULE_FOR = 9;
const SMALLEST_BUDGET = 128;

/**
 * Schedules that are generated for a plan when the caller names no number: enough to come close to the optimum where that takes no more than
 * some tens of milliseconds. For few tasks, which are mostly planned once by a process that has just started, no more than they need; for many
 * less and less, down to list scheduling alone (1).
 */
export function defaultGenerations({ size, needs, demands, capacity }: Instance): number {
  // A row of what is free is copied for each task; that of a few limits is not worth counting.
  const rows = size * Math.max(0, capacity.length / LIMITS_PER_TASK - 1);
  const work = size + demands.items.length + needs.items.length / NEEDS_PER_TASK + rows;
  const affordable =
    (DEFAULT_WORK * (capacity.length > 1 ? SEVERAL_LIMITS : 1)) / (work * Math.max(1, size / FULL_SPEED) ** 1.5);
  const useful = Math.max(SMALLEST_BUDGET, 2 ** ((size - ONE_SCHEDULE_FOR) / TASKS_PER_DOUBLING));
  return Math.max(1, Math.floor(Math.min(affordable, useful)));
}

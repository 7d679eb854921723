import type { Instance } from "./instance.ts";

/** Tasks, needs and demands looked at by default, over all generations: some tens of milliseconds on a machine of 2025. */
const DEFAULT_WORK = 1_000_000;

/** Beyond this size a generation costs more than its share, for moments and tasks no longer fit into the fastest memory. */
const FULL_SPEED = 500;

/** Few tasks have few orders: two times as many schedules for so much of a task more are enough. */
const TASKS_PER_DOUBLING = 2.4;
const SMALLEST_BUDGET = 64;

/**
 * Schedules that are generated for a plan when the caller names no number: enough to come close to the optimum where that takes no more than
 * some tens of milliseconds. For few tasks, which are mostly planned once by a process that has just started, no more than they need; for many
 * less and less, down to list scheduling alone (1).
 */
export function defaultGenerations({ size, needs, demands }: Instance): number {
  const work = size + needs.items.length / 2 + demands.items.length;
  const affordable = DEFAULT_WORK / (work * Math.max(1, size / FULL_SPEED));
  const useful = Math.max(SMALLEST_BUDGET, 2 ** (size / TASKS_PER_DOUBLING - 1));
  return Math.max(1, Math.floor(Math.min(affordable, useful)));
}

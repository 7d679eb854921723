import { show } from "./check-task.ts";
import { graphIndex } from "./create-graph.ts";
import type { PlanOptions } from "./create-plan.ts";
import { tails } from "./critical-path.ts";
import { checkDemand, readLimits } from "./limits.ts";
import { findSchedule, type Problem, type Schedule } from "./planning/find-schedule.ts";
import { readSearch, type SearchSettings } from "./planning/search-options.ts";
import { sumWork } from "./planning/work-bound.ts";
import { readStrategy } from "./strategy.ts";
import type { TaskGraph } from "./task.ts";

/** What a plan would take with another number of parallel tasks. */
export interface WhatIf {
  readonly maxParallel: number;
  /** Length of the shortest plan that was found for as many parallel tasks, or for fewer. */
  readonly makespanMs: number;
  /** No plan for as many is shorter. */
  readonly lowerBoundMs: number;
}

/** Which numbers of parallel tasks are asked for; both ends belong to it. */
export interface WhatIfRange {
  /** @defaultValue 1 */
  readonly from?: number | undefined;
  /** @defaultValue the number of tasks, at most {@link WHAT_IF_UP_TO}, at least `from` */
  readonly to?: number | undefined;
}

/** So many parallel tasks are asked about when the caller does not say how many. */
export const WHAT_IF_UP_TO = 16;

/** Share of the default search budget of a plan that each of the numbers gets. */
const SHARE_OF_BUDGET = 1 / 8;

/**
 * How long plans with different numbers of parallel tasks are, with all other limits as they are: whether more would help, and from where on they
 * no longer do. One plan for each number, with an eighth of the search budget `createPlan()` has by default (all of it for up to about 23 tasks), so that a
 * figure may be a little longer than the plan. What is found for fewer counts for more, so that the figures never rise; as soon as they have reached what no number can
 * shorten, the rest costs nothing.
 *
 * @param options As for `createPlan()`, but that each of the numbers gets what `search` allows; a `maxParallel` in it is not looked at.
 * @throws {SchedulerError} SCHEDULER_DEMAND_EXCEEDS_CAPACITY – when a task could never start.
 * @throws {TypeError | RangeError} when an option is out of range, or the durations add up to more than a number can hold.
 */
export function whatIf(graph: TaskGraph, options: PlanOptions = {}, range: WhatIfRange = {}): readonly WhatIf[] {
  const action = "ask what if";
  const { capacity } = readLimits(undefined, options.capacity, action);
  const strategy = readStrategy(options.strategy, action);
  const settings = readSearch(options.search, action);
  const { tasks } = graph;
  const from = readEnd(range.from ?? 1, "from", 1);
  const to = readEnd(range.to ?? Math.max(from, Math.min(tasks.length, WHAT_IF_UP_TO)), "to", from);
  for (const task of tasks) checkDemand(task, { maxParallel: Infinity, capacity }, action);

  const index = graphIndex(graph);
  const tailMs = tails(index);
  const problem: Problem = {
    index,
    tasks,
    tailMs,
    criticalPathMs: tailMs.reduce((longest, tail) => Math.max(longest, tail), 0),
    work: sumWork(tasks, index.durationMs, { maxParallel: Infinity, capacity }, action),
  };
  const find = (maxParallel: number, search: SearchSettings): Schedule =>
    findSchedule(problem, { maxParallel, capacity }, strategy, search, SHARE_OF_BUDGET);

  // What no number of slots can shorten.
  const shortestMs = find(Infinity, { ...settings, generations: 1 }).lowerBoundMs;
  const figures: WhatIf[] = [];
  let makespanMs = Infinity;
  let lowerBoundMs = Infinity;
  for (let maxParallel = from; maxParallel <= to; maxParallel++) {
    if (makespanMs <= shortestMs) {
      lowerBoundMs = makespanMs;
    } else if (maxParallel === from || maxParallel <= tasks.length) {
      const found = find(maxParallel, settings);
      makespanMs = Math.min(makespanMs, found.makespanMs);
      lowerBoundMs = Math.min(found.lowerBoundMs, lowerBoundMs, makespanMs);
    }
    figures.push({ maxParallel, makespanMs, lowerBoundMs });
  }
  return figures;
}

function readEnd(value: number, name: string, lowest: number): number {
  if (!(Number.isSafeInteger(value) && value >= lowest)) {
    throw new RangeError(
      `Cannot ask what if: \`${name}\` must be a whole number of at least ${lowest}, got ${show(value)}`,
    );
  }
  return value;
}

import { inheritedPriorities } from "../critical-path.ts";
import type { GraphIndex } from "../graph-index.ts";
import type { Limits } from "../limits.ts";
import { rankByTail } from "../ranking.ts";
import type { Strategy } from "../strategy.ts";
import type { Task } from "../task.ts";
import { defaultGenerations, isSearchable } from "./budget.ts";
import { createInstance, type Instance } from "./instance.ts";
import { listSchedule } from "./list-schedule.ts";
import { heads, lowerBound } from "./lower-bound.ts";
import type { SearchSettings } from "./search-options.ts";
import { search } from "./search.ts";
import { type Work, workBound } from "./work-bound.ts";

/** With more tasks than this nothing is searched unless the caller says how long, and nothing is prepared for it. */
const SEARCHED_UP_TO = 20_000;

/** Tasks that may be placed, over all generations, without anybody noticing. */
const CHEAP_WORK = 6_400;

/** What is to be scheduled. */
export interface Problem {
  readonly index: GraphIndex;
  readonly tasks: readonly Task[];
  readonly tailMs: Float64Array;
  readonly criticalPathMs: number;
  readonly work: Work;
}

export interface Schedule {
  readonly startMs: Float64Array;
  readonly makespanMs: number;
  /** The tasks by start, each after what it needs. */
  readonly order: Int32Array;
  readonly lowerBoundMs: number;
  /** Schedules that were generated, that of list scheduling included. */
  readonly generations: number;
  /** Whether equal inputs give an equal schedule on any machine. */
  readonly reproducible: boolean;
  /** The problem in numbers; undefined where it is too large to be worked on. */
  readonly instance: Instance | undefined;
}

/**
 * List scheduling, and a search from there unless its schedule is as short as the lower bound.
 *
 * @param share Of the default budget, where the settings name none.
 */
export function findSchedule(
  problem: Problem,
  limits: Limits,
  strategy: Strategy,
  settings: SearchSettings,
  share: number,
): Schedule {
  const { index, tasks, tailMs } = problem;
  const { timeLimitMs, now, seed, order } = settings;
  const startedMs = timeLimitMs === undefined ? 0 : now();
  const floor = listSchedule(index, tasks, limits, rankByTail(index, tasks, tailMs, strategy), strategy);
  let lowerBoundMs = Math.max(problem.criticalPathMs, workBound(problem.work, limits));
  const isLarge = tasks.length > SEARCHED_UP_TO && (settings.generations ?? 1) <= 1;
  const instance = isLarge ? undefined : readInstance(problem, limits);
  if (instance !== undefined && floor.makespanMs > lowerBoundMs) {
    const headMs = heads(instance.order, instance.needs, instance.durationMs);
    lowerBoundMs = lowerBound(instance, headMs, tailMs, lowerBoundMs);
  }
  const schedule = {
    ...floor,
    lowerBoundMs: Math.min(lowerBoundMs, floor.makespanMs),
    generations: 1,
    reproducible: true,
    instance,
  };
  if (instance === undefined || strategy === "batches" || floor.makespanMs <= lowerBoundMs) return schedule;
  const generations = settings.generations ?? partOf(defaultGenerations(instance), share, tasks.length);
  if (generations <= 1) return schedule;

  const found = search(instance, tailMs, floor, {
    generations: generations - 1,
    seed,
    lowerBoundMs,
    places: order === undefined ? undefined : placesIn(order, index),
    isOver: timeLimitMs === undefined ? undefined : () => now() - startedMs >= timeLimitMs,
  });
  return {
    ...found,
    order: found.makespanMs < floor.makespanMs ? orderByStart(instance, found.startMs, tailMs) : floor.order,
    lowerBoundMs: Math.min(lowerBoundMs, found.makespanMs),
    generations: found.generations + 1,
    reproducible: timeLimitMs === undefined,
    instance,
  };
}

/** A share of a budget, but of a small one as much as costs next to nothing. */
function partOf(generations: number, share: number, size: number): number {
  return Math.max(Math.floor(generations * share), Math.min(generations, Math.floor(CHEAP_WORK / size)));
}

function readInstance({ index, tasks }: Problem, limits: Limits): Instance | undefined {
  const priority = inheritedPriorities(index, (i) => tasks[i]?.priority);
  const instance = createInstance(index, tasks, limits, priority);
  return isSearchable(instance) ? instance : undefined;
}

function placesIn(order: readonly string[], index: GraphIndex): Float64Array {
  const places = new Float64Array(index.order.length).fill(order.length);
  for (const [place, id] of order.entries()) {
    const task = index.at.get(id);
    if (task !== undefined) places[task] = place;
  }
  return places;
}

/** By start; at the same time those of no duration first, as they are out of the way at once, then the longest tail. */
function orderByStart(instance: Instance, startMs: Float64Array, tailMs: Float64Array): Int32Array {
  const { durationMs } = instance;
  const position = new Int32Array(instance.size);
  for (const [k, task] of instance.order.entries()) position[task] = k;
  const at = (values: Float64Array | Int32Array, task: number): number => values[task] as number;
  // Next to a late start a short duration is rounded away.
  const isLong = (task: number): number => (at(startMs, task) + at(durationMs, task) > at(startMs, task) ? 1 : 0);
  return instance.order.toSorted(
    (a, b) =>
      at(startMs, a) - at(startMs, b) ||
      isLong(a) - isLong(b) ||
      at(tailMs, b) - at(tailMs, a) ||
      at(position, a) - at(position, b),
  );
}

import { graphIndex } from "./create-graph.ts";
import { criticalPath, tails } from "./critical-path.ts";
import { checkDemand, type Limits, readLimits } from "./limits.ts";
import { findSchedule } from "./planning/find-schedule.ts";
import { readSearch, type SearchOptions } from "./planning/search-options.ts";
import { slackInBatches, slackOf } from "./planning/slack.ts";
import { assignSlots } from "./planning/slots.ts";
import { sumWork, type Work } from "./planning/work-bound.ts";
import { readStrategy, type Strategy } from "./strategy.ts";
import type { Task, TaskGraph } from "./task.ts";

/** Within which limits, and how, is planned. */
export interface PlanOptions {
  /** By resource, what all running tasks may take of it together. A resource that is not named is unlimited. */
  readonly capacity?: Readonly<Record<string, number>> | undefined;
  /**
   * Tasks that may run at once.
   *
   * @defaultValue Infinity
   */
  readonly maxParallel?: number | undefined;
  /** @defaultValue "critical-path" */
  readonly strategy?: Strategy | undefined;
  /** How long a shorter plan than that of list scheduling is looked for. `batches` are not searched. */
  readonly search?: SearchOptions | undefined;
}

/** Where a task stands in a plan. Times are milliseconds since the start of the plan. */
export interface PlannedTask<Id extends string = string> {
  readonly id: Id;
  readonly startMs: number;
  readonly finishMs: number;
  /** Parallel place, from 0: the lowest that is free when the task starts. */
  readonly slot: number;
  /**
   * How much later it may start before the end of the plan moves, if what finishes after it is moved as late as needs and limits allow. 0 is
   * critical. The tasks share it: when one uses it up, the tasks before it may have less left. In a plan of more than 2,000 tasks it counts
   * needs alone.
   */
  readonly slackMs: number;
  /** Longest path that begins with this task, its own duration included. */
  readonly tailMs: number;
}

/** A schedule as plain data: it can be printed, stored, compared, and given to `execute()`. */
export interface Plan<Id extends string = string> {
  /** In the order in which they start. */
  readonly tasks: readonly PlannedTask<Id>[];
  /** Time from the first start to the last finish. */
  readonly makespanMs: number;
  /**
   * No schedule is shorter: the longest path, or what must be done within an interval over what there is of slots, a resource or a group,
   * whichever is longest. A plan as long as this is optimal.
   */
  readonly lowerBoundMs: number;
  /** A longest chain of needs, first to last. */
  readonly criticalPath: readonly Id[];
  readonly criticalPathMs: number;
  /** Share, 0 to 1, of the time of all `maxParallel` places in which a task runs; 0 for a plan without length. */
  readonly utilisation: number;
  /** For each resource with a finite capacity above 0, the share, 0 to 1, of it that is taken over the length of the plan. */
  readonly resourceUtilisation: Readonly<Record<string, number>>;
  /** As given; the number of tasks (at least 1) where no limit was given, so that it is always finite. */
  readonly maxParallel: number;
  /** As given, without infinite ones: JSON has no such number. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly strategy: Strategy;
  /** Schedules that were generated for it; 1 is list scheduling alone. */
  readonly generations: number;
  /** Whether equal inputs give an equal plan anywhere: false when a time limit was given and there was something to search for. */
  readonly reproducible: boolean;
}

/**
 * A schedule that respects every need, capacity, group and `maxParallel`, as short as the search for it makes it. Pure but for the clock of a
 * time limit; equal inputs, seeds and budgets give equal plans, and a larger budget never gives a longer one.
 *
 * It begins with list scheduling (Graham 1969): whenever something is free, the first of the ready tasks that fits starts, ordered by priority,
 * then by the longest remaining path, then by declaration. With one limit on parallel tasks and nothing else that is at most (2 - 1/m) times the
 * optimum. Unless this is as short as the lower bound, a hybrid genetic algorithm with forward-backward improvement looks for something
 * shorter (Valls, Ballestín and Quintanilla 2008). In what it finds a task of lower priority never takes a place from one of higher priority,
 * but may start before it where it fits without doing so.
 *
 * List scheduling takes O(n log n) for n tasks and a fixed number of resources, plus the needs; the default budget keeps the search to some tens
 * of milliseconds.
 *
 * @throws {SchedulerError} SCHEDULER_DEMAND_EXCEEDS_CAPACITY – when a task could never start.
 * @throws {TypeError | RangeError} when an option is out of range, or the durations add up to more than a number can hold.
 */
export function createPlan<Id extends string>(graph: TaskGraph<Id>, options: PlanOptions = {}): Plan<Id> {
  const action = "create plan";
  const limits = readLimits(options.maxParallel, options.capacity, action);
  const strategy = readStrategy(options.strategy, action);
  const settings = readSearch(options.search, action);
  const { tasks } = graph;
  for (const task of tasks) checkDemand(task, limits, action);

  const index = graphIndex(graph);
  const { durationMs } = index;
  const tailMs = tails(index);
  const path = criticalPath(index, tailMs);
  const criticalPathMs = path[0] === undefined ? 0 : (tailMs[path[0]] as number);
  const work = sumWork(tasks, durationMs, limits, action);
  const problem = { index, tasks, tailMs, criticalPathMs, work };
  const schedule = findSchedule(problem, limits, strategy, settings, 1);
  const { startMs, makespanMs, order, instance } = schedule;

  const slot = assignSlots(order, startMs, durationMs);
  const slackMs =
    strategy === "batches" && instance !== undefined
      ? slackInBatches(problem, limits, startMs, makespanMs)
      : slackOf(instance, startMs, tailMs, makespanMs);
  const maxParallel = limits.maxParallel === Infinity ? Math.max(1, tasks.length) : limits.maxParallel;
  return {
    tasks: Array.from(order, (i) => ({
      id: (tasks[i] as Task<Id>).id,
      startMs: startMs[i] as number,
      finishMs: (startMs[i] as number) + (durationMs[i] as number),
      slot: slot[i] as number,
      slackMs: slackMs[i] as number,
      tailMs: tailMs[i] as number,
    })),
    makespanMs,
    lowerBoundMs: schedule.lowerBoundMs,
    criticalPath: path.map((i) => (tasks[i] as Task<Id>).id),
    criticalPathMs,
    utilisation: share(work.totalMs, makespanMs * maxParallel),
    resourceUtilisation: utilisationByResource(work, limits, makespanMs),
    maxParallel,
    capacity: Object.fromEntries([...limits.capacity].filter(([, amount]) => amount < Infinity)),
    strategy,
    generations: schedule.generations,
    reproducible: schedule.reproducible,
  };
}

function utilisationByResource(work: Work, limits: Limits, makespanMs: number): Readonly<Record<string, number>> {
  const shares: [string, number][] = [];
  for (const [resource, capacity] of limits.capacity) {
    if (capacity === 0 || capacity === Infinity) continue;
    // One division after the other: the product of both may be more than a number can hold.
    shares.push([resource, share((work.byResource.get(resource) ?? 0) / capacity, makespanMs)]);
  }
  return Object.fromEntries(shares);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole);
}

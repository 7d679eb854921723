import { Admission } from "./admission.ts";
import { graphIndex } from "./create-graph.ts";
import { criticalPath, tails } from "./critical-path.ts";
import { Frontier } from "./frontier.ts";
import type { GraphIndex } from "./graph-index.ts";
import { checkDemand, type Limits, readLimits } from "./limits.ts";
import { PriorityQueue } from "./priority-queue.ts";
import { rankByTail } from "./ranking.ts";
import { readStrategy, type Strategy } from "./strategy.ts";
import type { Task, TaskGraph } from "./task.ts";

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
}

/** Where a task stands in a plan. Times are milliseconds since the start of the plan. */
export interface PlannedTask<Id extends string = string> {
  readonly id: Id;
  readonly startMs: number;
  readonly finishMs: number;
  /** Parallel place, from 0: the lowest that is free when the task starts. */
  readonly slot: number;
  /** How much later it may start, by its dependents alone (limits not counted), before the end of the plan moves. 0 is critical. */
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
  /** No schedule is shorter: the longest path, the work per slot, per unit of each capacity, and per group, whichever is longest. */
  readonly lowerBoundMs: number;
  /** A longest chain of needs, first to last. */
  readonly criticalPath: readonly Id[];
  readonly criticalPathMs: number;
  /** Share, 0 to 1, of the time of all `maxParallel` places in which a task runs; 0 for a plan without length. */
  readonly utilisation: number;
  /** As given; the number of tasks (at least 1) where no limit was given, so that it is always finite. */
  readonly maxParallel: number;
  readonly capacity: Readonly<Record<string, number>>;
  readonly strategy: Strategy;
}

/**
 * A schedule that respects every need, capacity, group and `maxParallel`. Pure; equal inputs give equal plans.
 *
 * List scheduling (Graham 1969): whenever something is free, the first of the ready tasks that fits starts, ordered by priority, then by the
 * longest remaining path, then by declaration. With one limit on parallel tasks and nothing else the makespan is at most (2 - 1/m) times the
 * optimum. O(n log n) for n tasks and a fixed number of resources, plus the needs.
 *
 * @throws {SchedulerError} SCHEDULER_DEMAND_EXCEEDS_CAPACITY – when a task could never start.
 * @throws {TypeError | RangeError} when an option is out of range.
 */
export function createPlan<Id extends string>(graph: TaskGraph<Id>, options: PlanOptions = {}): Plan<Id> {
  const limits = readLimits(options.maxParallel, options.capacity, "create plan");
  const strategy = readStrategy(options.strategy, "create plan");
  const { tasks } = graph;
  for (const task of tasks) checkDemand(task, limits, "create plan");

  const index = graphIndex(graph);
  const tailMs = tails(index);
  const admission = new Admission(limits, rankByTail(index, tasks, tailMs, strategy));
  for (const task of tasks) admission.register(task);
  const { startMs, slot, started } = simulate(index, admission, strategy);

  let makespanMs = 0;
  let workMs = 0;
  for (const [i, durationMs] of index.durationMs.entries()) {
    makespanMs = Math.max(makespanMs, (startMs[i] as number) + durationMs);
    workMs += durationMs;
  }
  const path = criticalPath(index, tailMs);
  const criticalPathMs = path[0] === undefined ? 0 : (tailMs[path[0]] as number);
  const maxParallel = limits.maxParallel === Infinity ? Math.max(1, tasks.length) : limits.maxParallel;
  return {
    tasks: started.map((i) => ({
      id: (tasks[i] as Task<Id>).id,
      startMs: startMs[i] as number,
      finishMs: (startMs[i] as number) + (index.durationMs[i] as number),
      slot: slot[i] as number,
      slackMs: Math.max(0, makespanMs - (startMs[i] as number) - (tailMs[i] as number)),
      tailMs: tailMs[i] as number,
    })),
    makespanMs,
    lowerBoundMs: Math.max(criticalPathMs, workBound(index, tasks, limits)),
    criticalPath: path.map((i) => (tasks[i] as Task<Id>).id),
    criticalPathMs,
    utilisation: makespanMs === 0 ? 0 : Math.min(1, workMs / (makespanMs * maxParallel)),
    maxParallel,
    capacity: Object.fromEntries(limits.capacity),
    strategy,
  };
}

interface Simulation {
  readonly startMs: Float64Array;
  readonly slot: Int32Array;
  /** The tasks in the order in which they started. */
  readonly started: readonly number[];
}

/** Runs the tasks on a clock that jumps from finish to finish. */
function simulate(index: GraphIndex, admission: Admission, strategy: Strategy): Simulation {
  const { durationMs } = index;
  const frontier = new Frontier(index, strategy === "batches");
  const startMs = new Float64Array(durationMs.length);
  const slot = new Int32Array(durationMs.length);
  const started: number[] = [];
  const finishMs = (task: number): number => (startMs[task] as number) + (durationMs[task] as number);
  const running = new PriorityQueue<number>((a, b) => finishMs(a) - finishMs(b));

  let nowMs = 0;
  const enqueue = (task: number): void => admission.enqueue(task, nowMs);
  for (const task of frontier.begin()) enqueue(task);
  for (;;) {
    for (let task = admission.next(nowMs); task >= 0; task = admission.next(nowMs)) {
      startMs[task] = nowMs;
      slot[task] = admission.slotOf(task);
      started.push(task);
      running.push(task);
    }
    const first = running.peek();
    if (first === undefined) return { startMs, slot, started };
    nowMs = finishMs(first);
    // All that finishes at this moment, before anything new is admitted: what is first in order then sees everything that is free.
    for (let task = running.peek(); task !== undefined && finishMs(task) === nowMs; task = running.peek()) {
      running.pop();
      admission.release(task, nowMs);
      frontier.settle(task, true, enqueue);
    }
  }
}

/** Work over capacity, for slots, resources and groups: the longest of them. */
function workBound(index: GraphIndex, tasks: readonly Task[], limits: Limits): number {
  let workMs = 0;
  const byGroup = new Map<string, number>();
  const byResource = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string, amount: number): void => {
    sums.set(key, (sums.get(key) ?? 0) + amount);
  };
  for (const [i, task] of tasks.entries()) {
    const durationMs = index.durationMs[i] as number;
    workMs += durationMs;
    if (task.group !== undefined) add(byGroup, task.group, durationMs);
    if (task.demand !== undefined) {
      for (const [resource, amount] of Object.entries(task.demand)) add(byResource, resource, amount * durationMs);
    }
  }
  let boundMs = workMs / limits.maxParallel;
  for (const groupMs of byGroup.values()) boundMs = Math.max(boundMs, groupMs);
  for (const [resource, amountMs] of byResource) {
    const capacity = limits.capacity.get(resource) ?? Infinity;
    if (amountMs > 0) boundMs = Math.max(boundMs, amountMs / capacity);
  }
  return boundMs;
}

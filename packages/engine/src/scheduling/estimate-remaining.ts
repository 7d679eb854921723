import { createGraph, createPlan, type Task, type TaskGraph } from "@ai-workflow/scheduler";

/** What a task is expected to take, from its start to its end, in milliseconds. */
export interface ExpectedTime {
  readonly expectedMs: number;
  /** It rarely takes longer; `undefined` where that is not known. */
  readonly upperMs: number | undefined;
}

/** A run that goes on, or one that has not begun. */
export interface RemainingWork {
  readonly graph: TaskGraph;
  /** Ids of tasks that have ended, however. Those behind them no longer wait for them. */
  readonly ended: ReadonlySet<string>;
  /** How long each running task has run, in milliseconds. */
  readonly running: ReadonlyMap<string, number>;
  /** `undefined` for a task of which nothing is known. */
  readonly expect: (taskId: string) => ExpectedTime | undefined;
  /** Ids in the order in which tasks are to start. */
  readonly order: readonly string[];
  /** Tasks at once. */
  readonly maxParallel: number;
  /** By resource, what all running tasks may take together. */
  readonly capacity: Readonly<Record<string, number>>;
}

/** How much longer it takes, in milliseconds. */
export interface RemainingTime {
  readonly expectedMs: number;
  /** If each task took as long as it rarely does; `undefined` where that is not known of all of them. Never below `expectedMs`. */
  readonly upperMs: number | undefined;
  /** Running tasks that are over {@link overdueAfterMs}, in the order of the graph. */
  readonly overdue: readonly string[];
}

/** More tasks are not planned while others run: planning so many takes some milliseconds. */
const PLANNED_UP_TO = 500;

/** List scheduling, and the order that the tasks are to start in. */
const SCHEDULES = 2;

/** Times are counted up to about 30 years, so that their sum stays a number. */
const LONGEST_MS = 1e12;

/** Without an upper bound, a task is overdue after so many times what was expected. */
const OVERDUE_FACTOR = 1.5;

/** For how long a task may run before it is overdue, in milliseconds. */
export function overdueAfterMs({ expectedMs, upperMs }: ExpectedTime): number {
  return Math.max(expectedMs, upperMs ?? expectedMs * OVERDUE_FACTOR);
}

/**
 * Estimates how much longer a run takes: plans what is left, beginning with what runs, under the limits of the run and in its order. Of a task
 * that runs what is left counts, and of one that has run for longer than expected, as long again as it is late; so the estimate has no step
 * where a task ends just when it was to. Of more than 500 tasks it is not a plan but what no plan can be shorter than: the longest
 * path, and the work over the slots and over each resource. Pure.
 *
 * @returns `undefined` while a task that is not over is one of which nothing is known
 */
export function estimateRemaining(work: RemainingWork): RemainingTime | undefined {
  const { graph, ended, running, expect } = work;
  const left = graph.tasks.filter(({ id }) => !ended.has(id));
  const times = new Map<string, ExpectedTime>();
  const overdue: string[] = [];
  for (const { id } of left) {
    const time = expect(id);
    if (time === undefined) return undefined;
    const ranMs = running.get(id);
    times.set(id, ranMs === undefined ? time : restOf(time, ranMs));
    if (ranMs !== undefined && ranMs > overdueAfterMs(time)) overdue.push(id);
  }
  const isPlanned = left.length <= PLANNED_UP_TO;
  const tasks = isPlanned ? tasksOf(left, work) : [];
  const spanOf = (durationMs: (time: ExpectedTime) => number): number => {
    const timeOf = (id: string): number => {
      const time = times.get(id);
      return time === undefined ? 0 : Math.min(durationMs(time), LONGEST_MS);
    };
    if (!isPlanned) return boundOf(work, timeOf);
    return planned(
      tasks.map((task): Task => ({ ...task, durationMs: timeOf(task.id) })),
      work,
    );
  };
  const expectedMs = spanOf((time) => time.expectedMs);
  const isBounded = [...times.values()].every(({ upperMs }) => upperMs !== undefined);
  // A plan of longer tasks may happen to be shorter.
  const upperMs = isBounded
    ? Math.max(
        expectedMs,
        spanOf((time) => Math.max(time.expectedMs, time.upperMs ?? 0)),
      )
    : undefined;
  return { expectedMs, upperMs, overdue };
}

function restOf({ expectedMs, upperMs }: ExpectedTime, ranMs: number): ExpectedTime {
  return {
    expectedMs: Math.abs(expectedMs - ranMs),
    upperMs: upperMs === undefined ? undefined : Math.abs(upperMs - ranMs),
  };
}

/** The tasks that are left, without what they no longer wait for. Those that run come first and fit, so that all of them begin at once. */
function tasksOf(left: readonly Task[], { graph, ended, running, capacity }: RemainingWork): readonly Task[] {
  const highest = left.reduce((most, { priority = 0 }) => Math.max(most, priority), 0);
  const free = new Map(Object.entries(capacity));
  const fit = (demand: Task["demand"] = {}, isRunning: boolean): Record<string, number> =>
    Object.fromEntries(
      Object.entries(demand).map(([name, amount]) => {
        const most = isRunning ? free.get(name) : capacity[name];
        const taken = Math.min(amount, most ?? Infinity);
        if (isRunning && most !== undefined) free.set(name, most - taken);
        return [name, taken];
      }),
    );
  return left.map(({ id, demand, group, priority }): Task => {
    if (running.has(id)) return { id, demand: fit(demand, true), group, priority: highest + 1 };
    const needs = graph.needsOf(id).filter((need) => !ended.has(need));
    return { id, needs, demand: fit(demand, false), group, priority };
  });
}

function planned(tasks: readonly Task[], { order, maxParallel, capacity }: RemainingWork): number {
  const search = { generations: SCHEDULES, order };
  return createPlan(createGraph(tasks), { maxParallel, capacity, search }).makespanMs;
}

/** The longest path, and what has to be done over what there is to do it with, whichever is longest. */
function boundOf(
  { graph, ended, running, maxParallel, capacity }: RemainingWork,
  timeOf: (taskId: string) => number,
): number {
  const finishMs = new Map<string, number>();
  const takenMs = new Map<string, number>();
  let totalMs = 0;
  let pathMs = 0;
  for (const id of graph.order) {
    const durationMs = timeOf(id);
    // What is over takes no time, and neither that nor what runs waits.
    const needs = ended.has(id) || running.has(id) ? [] : graph.needsOf(id);
    const finish = needs.reduce((latest, need) => Math.max(latest, finishMs.get(need) ?? 0), 0) + durationMs;
    finishMs.set(id, finish);
    pathMs = Math.max(pathMs, finish);
    totalMs += durationMs;
    for (const [name, amount] of Object.entries(graph.get(id)?.demand ?? {})) {
      takenMs.set(name, (takenMs.get(name) ?? 0) + amount * durationMs);
    }
  }
  let boundMs = Math.max(pathMs, totalMs / maxParallel);
  for (const [name, amountMs] of takenMs) {
    const most = capacity[name] ?? Infinity;
    if (most > 0) boundMs = Math.max(boundMs, amountMs / most);
  }
  return boundMs;
}

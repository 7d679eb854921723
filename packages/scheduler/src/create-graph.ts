import { checkTask } from "./check-task.ts";
import { SchedulerError } from "./errors.ts";
import { findCycle } from "./find-cycle.ts";
import type { GraphIndex } from "./graph-index.ts";
import type { Task, TaskGraph } from "./task.ts";
import { usualDurationMs } from "./usual-duration.ts";

const indexes = new WeakMap<TaskGraph, GraphIndex>();
const NONE: readonly number[] = [];

/** Up to so many needs looking through them is quicker than a set. */
const FEW_NEEDS = 8;

/**
 * Checks the tasks and gives the graph of them. Linear time and memory, without recursion.
 *
 * @throws {SchedulerError} SCHEDULER_DUPLICATE_ID – when two tasks have the same id.
 * @throws {SchedulerError} SCHEDULER_UNKNOWN_NEED – when a task needs an id that is not among the tasks; `ids` is the task and the need.
 * @throws {SchedulerError} SCHEDULER_CYCLE – when tasks need each other; `ids` is the path, see {@link findCycle} for how short it is.
 * @throws {TypeError} when a field of a task has the wrong type.
 * @throws {RangeError} when a number is negative or not finite.
 *
 * @example
 * ```ts
 * const graph = createGraph([{ id: "build", durationMs: 900 }, { id: "test", needs: ["build"], durationMs: 400 }]);
 * ```
 */
export function createGraph<const Id extends string>(tasks: Iterable<Task<Id>>): TaskGraph<Id> {
  const all: readonly Task<Id>[] = Object.freeze([...tasks]);
  const index = indexTasks(all);
  const ids = (numbers: Iterable<number>): readonly Id[] => Array.from(numbers, (i) => (all[i] as Task<Id>).id);
  const find = (id: string): number => {
    const i = index.at.get(id);
    if (i === undefined) {
      throw new SchedulerError("SCHEDULER_UNKNOWN_ID", `Cannot look up task: there is no "${id}" in the graph`, [id]);
    }
    return i;
  };
  let order: readonly Id[] | undefined;
  const graph: TaskGraph<Id> = {
    tasks: all,
    get order() {
      return (order ??= ids(index.order));
    },
    get(id) {
      const i = index.at.get(id);
      return i === undefined ? undefined : all[i];
    },
    needsOf: (id) => ids(index.needs[find(id)] ?? NONE),
    dependentsOf: (id) => ids(index.dependents[find(id)] ?? NONE),
  };
  indexes.set(graph, index);
  return graph;
}

/** The graph in numbers; also for a graph made by another copy of this package. */
export function graphIndex(graph: TaskGraph): GraphIndex {
  let index = indexes.get(graph);
  if (index === undefined) {
    index = indexTasks(graph.tasks);
    indexes.set(graph, index);
  }
  return index;
}

function indexTasks(tasks: readonly Task[]): GraphIndex {
  const at = new Map<string, number>();
  for (let i = 0; i < tasks.length; i++) {
    const task = tasks[i] as Task;
    checkTask(task, "create graph");
    if (at.has(task.id)) {
      throw new SchedulerError("SCHEDULER_DUPLICATE_ID", `Cannot create graph: the id "${task.id}" occurs twice`, [
        task.id,
      ]);
    }
    at.set(task.id, i);
  }

  const needs: (readonly number[])[] = [];
  const counts = new Int32Array(tasks.length);
  for (let i = 0; i < tasks.length; i++) {
    const own = needsOfTask(tasks[i] as Task, at, "create graph");
    needs.push(own);
    for (const need of own) counts[need] = (counts[need] as number) + 1;
  }
  const dependents: (readonly number[])[] = [];
  for (let i = 0; i < tasks.length; i++) {
    // oxlint-disable-next-line unicorn/no-new-array -- exactly the room that is needed, filled below
    dependents.push(counts[i] === 0 ? NONE : new Array<number>(counts[i] as number));
  }
  // From the last to the first, so that each list is filled from behind and ends up in the order of declaration.
  for (let i = tasks.length - 1; i >= 0; i--) {
    for (const need of needs[i] as readonly number[]) {
      const place = (counts[need] as number) - 1;
      counts[need] = place;
      (dependents[need] as number[])[place] = i;
    }
  }

  const order = new Int32Array(tasks.length);
  const open = new Int32Array(tasks.length);
  let filled = 0;
  for (let i = 0; i < tasks.length; i++) {
    const { length } = needs[i] as readonly number[];
    open[i] = length;
    if (length === 0) order[filled++] = i;
  }
  for (let done = 0; done < filled; done++) {
    for (const dependent of dependents[order[done] as number] as readonly number[]) {
      open[dependent] = (open[dependent] as number) - 1;
      if (open[dependent] === 0) order[filled++] = dependent;
    }
  }
  if (filled < tasks.length) {
    const cycle = (findCycle(needs) ?? NONE).map((i) => (tasks[i] as Task).id);
    const path = [...cycle, ...cycle.slice(0, 1)];
    throw new SchedulerError(
      "SCHEDULER_CYCLE",
      `Cannot create graph: tasks need each other: ${path.map((id) => `"${id}"`).join(" -> ")}`,
      path,
    );
  }
  return { at, needs, dependents, order, durationMs: plannedDurations(tasks) };
}

/** The numbers of what the task needs, each once. */
export function needsOfTask(
  task: Task,
  at: Pick<ReadonlyMap<string, number>, "get">,
  action: string,
): readonly number[] {
  if (task.needs === undefined || task.needs.length === 0) return NONE;
  // Not one push after the other: that would take room for seventeen.
  const own = task.needs.map((id) => {
    const need = at.get(id);
    if (need !== undefined) return need;
    throw new SchedulerError(
      "SCHEDULER_UNKNOWN_NEED",
      `Cannot ${action}: "${task.id}" needs "${id}", which is not a task`,
      [task.id, id],
    );
  });
  if (own.length > FEW_NEEDS) return [...new Set(own)];
  for (let k = 1; k < own.length; k++) if (own.indexOf(own[k] as number) < k) return [...new Set(own)];
  return own;
}

function plannedDurations(tasks: readonly Task[]): Float64Array {
  const known = new Float64Array(tasks.length);
  let count = 0;
  for (const task of tasks) if (task.durationMs !== undefined) known[count++] = task.durationMs;
  if (count === tasks.length) return known;
  const usualMs = usualDurationMs(known.subarray(0, count));
  for (let i = 0; i < tasks.length; i++) known[i] = (tasks[i] as Task).durationMs ?? usualMs;
  return known;
}

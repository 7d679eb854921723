import type { TaskContext } from "./attempt.ts";
import { show } from "../check-task.ts";
import { type ExecuteOptions, readSettings } from "./execute-options.ts";
import type { ExecutionEvent, ExecutionResult } from "./outcome.ts";
import { Runner } from "./runner.ts";
import type { Task, TaskGraph, TaskUpdate } from "../task.ts";

/** A run of a graph. Iterating it gives its events from that moment on; begin in the same turn as `execute()` to see all of them. */
export interface Execution<Id extends string = string, T = unknown> extends AsyncIterable<ExecutionEvent<Id, T>> {
  /** Settles when every task has its outcome. It does not reject because of a task. */
  readonly result: Promise<ExecutionResult<Id, T>>;
  /**
   * Cancels one task, and what depends on it unless `onFailure` is "always". A running one is told through its signal. False when it had ended or
   * was being stopped already.
   *
   * @throws {SchedulerError} SCHEDULER_UNKNOWN_ID – when there is no such task.
   */
  cancel(id: Id): boolean;
  /**
   * Takes out a task that has not started: its outcome is `withdrawn`, which is neither a success nor a failure. What needs it no longer waits for
   * it, and does not wait for what it needed in its stead. `cancel()`, by contrast, takes along what depends on a task. False when it had started
   * or ended already.
   *
   * @throws {SchedulerError} SCHEDULER_UNKNOWN_ID – when there is no such task.
   */
  withdraw(id: Id): boolean;
  /**
   * Tells what has become known of a task that has not ended: what it really takes, how long it is now expected to last, how urgent it is. False
   * when it had ended, and then nothing changes.
   *
   * A running task may demand more than there is; nothing that demands the same starts until there is room again. When it demands less, others
   * get in at once (in the next microtask). The function of the task is still given the task as it was declared.
   *
   * Linear in tasks and needs where priority or duration change, once for all updates of a turn; O(log n) for demands.
   *
   * @throws {SchedulerError} SCHEDULER_UNKNOWN_ID – when there is no such task.
   * @throws {SchedulerError} SCHEDULER_DEMAND_EXCEEDS_CAPACITY – when a task that has not started could never start.
   * @throws {TypeError | RangeError} when a field is not what it must be.
   */
  update(id: Id, changes: TaskUpdate): boolean;
  /**
   * Adds a task while the execution runs; it starts in the next microtask at the earliest. It may need any task known so far, also one that has
   * ended. With a plan it is due at once, until the rest is planned anew. When nothing new may start any more it is cancelled like the rest.
   *
   * @throws {SchedulerError} SCHEDULER_FINISHED – when every task has ended.
   * @throws {SchedulerError} SCHEDULER_DUPLICATE_ID, SCHEDULER_UNKNOWN_NEED, SCHEDULER_DEMAND_EXCEEDS_CAPACITY – as `createGraph()` and `createPlan()`.
   * @throws {TypeError | RangeError} when a field of the task is not what it must be.
   */
  add(task: Task<Id>): void;
}

/**
 * Runs every task of the graph once what it needs has succeeded and the limits allow it. There are no barriers between levels (except with the
 * strategy 'batches'). It begins in the next microtask.
 *
 * What may throw is the call itself, for bad options; a task that throws, rejects, or never settles ends in an outcome. A function that answers
 * without a promise has ended when it returns.
 *
 * @throws {SchedulerError} SCHEDULER_DEMAND_EXCEEDS_CAPACITY – when a task could never start.
 * @throws {TypeError | RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * const execution = execute(graph, (task, { signal }) => runCommand(task.id, { signal }), { maxParallel: 4 });
 * for await (const event of execution) if (event.type === "settled") report(event.id, event.outcome);
 * const { ok } = await execution.result;
 * ```
 */
export function execute<Id extends string, T>(
  graph: TaskGraph<Id>,
  run: (task: Task<Id>, context: TaskContext) => T | PromiseLike<T>,
  options: ExecuteOptions<Id, T> = {},
): Execution<Id, T> {
  if (typeof run !== "function") throw new TypeError(`Cannot execute: \`run\` must be a function, got ${show(run)}`);
  const runner = new Runner<Id, T>(graph, run, readSettings(options));
  return {
    result: runner.result,
    cancel: (id) => runner.cancel(id),
    withdraw: (id) => runner.withdraw(id),
    update: (id, changes) => runner.update(id, changes),
    add: (task) => runner.add(task),
    [Symbol.asyncIterator]: () => runner.read(),
  };
}

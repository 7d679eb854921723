/**
 * One unit of work and what it takes. Objects with further fields are welcome: the very object given to `createGraph()` is handed to the function
 * that runs it.
 */
export interface Task<Id extends string = string> {
  /** Unique and not empty. */
  readonly id: Id;
  /** The tasks that must have finished first. A need named twice counts once. */
  readonly needs?: readonly NoInfer<Id>[] | undefined;
  /**
   * What its needs must have done before it may start: `end` is enough for clean-up, reports and gates, which come after what failed or was
   * cancelled as well (the trigger rule "all done" of other schedulers). What stops the whole execution stops such a task, too.
   *
   * @defaultValue "succeed"
   */
  readonly needsMust?: "succeed" | "end" | undefined;
  /** Expected duration in milliseconds, at least 0. Where it is absent, the median of the known durations is planned with, or 1 if none is known. */
  readonly durationMs?: number | undefined;
  /** What it takes of each named resource while it runs, in the unit of the capacity. A resource without a capacity is unlimited. */
  readonly demand?: Readonly<Record<string, number>> | undefined;
  /**
   * Higher goes first, before the length of the remaining path counts. A task passes its priority on to what it needs.
   *
   * @defaultValue 0
   */
  readonly priority?: number | undefined;
  /** Mutual exclusion: of the tasks with the same group never more than one runs. */
  readonly group?: string | undefined;
}

/** What may change of a task while an execution runs; what is absent stays. */
export interface TaskUpdate {
  /** By resource, what it takes from now on, such as a measured peak. Resources that are not named stay as they are. */
  readonly demand?: Readonly<Record<string, number>> | undefined;
  /** As in {@link Task.priority}. Under a plan it counts when the rest is planned anew, and not at all with `replan: false`. */
  readonly priority?: number | undefined;
  /** Expected duration in milliseconds, from the start of the task. */
  readonly durationMs?: number | undefined;
}

/** Tasks with their needs resolved: no duplicate id, no unknown need, no cycle. Made by `createGraph()`. */
export interface TaskGraph<Id extends string = string> {
  /** In the order in which they were declared. */
  readonly tasks: readonly Task<Id>[];
  /** The ids in an order in which every task comes after what it needs. */
  readonly order: readonly Id[];
  /** The task with this id, if there is one. */
  get(id: string): Task<Id> | undefined;
  /**
   * What the task needs directly, each once.
   *
   * @throws {SchedulerError} SCHEDULER_UNKNOWN_ID – when there is no such task.
   */
  needsOf(id: Id): readonly Id[];
  /**
   * What needs the task directly, in declaration order.
   *
   * @throws {SchedulerError} SCHEDULER_UNKNOWN_ID – when there is no such task.
   */
  dependentsOf(id: Id): readonly Id[];
}

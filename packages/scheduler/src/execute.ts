import { Admission } from "./admission.ts";
import { Attempt, type Stop, type TaskContext } from "./attempt.ts";
import { checkTask, show } from "./check-task.ts";
import { graphIndex, needsOfTask } from "./create-graph.ts";
import { tails } from "./critical-path.ts";
import { SchedulerError } from "./errors.ts";
import { EventFeed } from "./event-feed.ts";
import { type ExecuteOptions, readSettings, type Settings } from "./execute-options.ts";
import { Frontier } from "./frontier.ts";
import { checkDemand } from "./limits.ts";
import type { ExecutionEvent, ExecutionResult, TaskOutcome } from "./outcome.ts";
import { rankByPlan, rankByTail, type Ranking } from "./ranking.ts";
import type { Task, TaskGraph } from "./task.ts";
import { type Wait, WaitLog } from "./waits.ts";

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
   * Adds a task while the execution runs. It may need any task known so far. It ranks by its own priority and duration; with a plan it is due at
   * once. When nothing new may start any more it is cancelled like the rest.
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
    add: (task) => runner.add(task),
    [Symbol.asyncIterator]: () => runner.read(),
  };
}

type Status = "pending" | "queued" | "running" | "resting" | "settled";

/** Why tasks that have not started never will. */
type Halt<Id> = { readonly because: "aborted" } | { readonly because: "failure"; readonly dependency: Id };

/**
 * The only stateful, asynchronous part. Every entry (start, a task that settles, a timer, abort, cancel, add) changes the state in a transaction;
 * at its end, and only there, whatever may start is started. So a listener or a task may call back into the execution at any point.
 */
class Runner<Id extends string, T> {
  readonly result: Promise<ExecutionResult<Id, T>>;
  readonly #run: (task: Task<Id>, context: TaskContext) => unknown;
  readonly #settings: Settings<Id, T>;
  readonly #tasks: Task<Id>[];
  readonly #graphAt: ReadonlyMap<string, number>;
  readonly #addedAt = new Map<string, number>();
  readonly #ranking: Ranking;
  readonly #frontier: Frontier;
  readonly #waits = new WaitLog();
  readonly #admission: Admission;
  readonly #feed = new EventFeed<ExecutionEvent<Id, T>>();
  readonly #status: Status[] = [];
  readonly #outcomes: (TaskOutcome<T, Id> | undefined)[] = [];
  readonly #attempts: number[] = [];
  readonly #startedMs: (number | undefined)[] = [];
  readonly #knownSinceMs: number[] = [];
  readonly #running = new Map<number, Attempt>();
  readonly #clearRest = new Map<number, () => void>();
  #originMs = 0;
  readonly #onAbort = (): void => this.#transact(() => this.#abort());
  #resolve!: (result: ExecutionResult<Id, T>) => void;
  #unsettled: number;
  #halt: Halt<Id> | undefined;
  #hasBegun = false;
  #isInTransaction = false;
  #isFinished = false;

  constructor(graph: TaskGraph<Id>, run: (task: Task<Id>, context: TaskContext) => unknown, settings: Settings<Id, T>) {
    this.#run = run;
    this.#settings = settings;
    this.#tasks = [...graph.tasks];
    for (const task of this.#tasks) checkDemand(task, settings.limits, "execute");
    const index = graphIndex(graph);
    const tailMs = tails(index);
    const { plan, strategy } = settings;
    this.#graphAt = index.at;
    this.#ranking =
      plan === undefined
        ? rankByTail(index, this.#tasks, tailMs, strategy)
        : rankByPlan(this.#tasks, tailMs, plan.tasks);
    this.#frontier = new Frontier(index, strategy === "batches");
    this.#admission = new Admission(settings.limits, this.#ranking, this.#waits);
    for (const task of this.#tasks) this.#register(task, 0);
    this.#unsettled = this.#tasks.length;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    queueMicrotask(() => this.#transact(() => this.#begin()));
  }

  read(): AsyncIterator<ExecutionEvent<Id, T>, undefined> {
    return this.#feed.read();
  }

  cancel(id: Id): boolean {
    const task = this.#graphAt.get(id) ?? this.#addedAt.get(id);
    if (task === undefined) {
      throw new SchedulerError("SCHEDULER_UNKNOWN_ID", `Cannot cancel task: there is no "${id}"`, [id]);
    }
    const attempt = this.#running.get(task);
    if (this.#status[task] === "settled" || attempt?.stop !== undefined) return false;
    this.#transact(() => {
      if (attempt === undefined) this.#cancelWaiting(task, "requested");
      else this.#stop(attempt, { because: "requested" }, new DOMException("The task was cancelled", "AbortError"));
    });
    return true;
  }

  add(task: Task<Id>): void {
    const action = "add task";
    checkTask(task, action);
    if (this.#isFinished) {
      throw new SchedulerError("SCHEDULER_FINISHED", `Cannot add task: every task had ended before "${task.id}"`, [
        task.id,
      ]);
    }
    if (this.#graphAt.has(task.id) || this.#addedAt.has(task.id)) {
      throw new SchedulerError("SCHEDULER_DUPLICATE_ID", `Cannot add task: the id "${task.id}" is taken`, [task.id]);
    }
    const needs = needsOfTask(task, { get: (id) => this.#graphAt.get(id) ?? this.#addedAt.get(id) }, action);
    checkDemand(task, this.#settings.limits, action);
    this.#transact(() => this.#add(task, needs));
  }

  #register(task: Task<Id>, nowMs: number): void {
    this.#admission.register(task);
    this.#status.push("pending");
    this.#outcomes.push(undefined);
    this.#attempts.push(0);
    this.#startedMs.push(undefined);
    this.#knownSinceMs.push(nowMs);
  }

  #add(task: Task<Id>, needs: readonly number[]): void {
    const nowMs = this.#nowMs();
    const number = this.#tasks.length;
    this.#tasks.push(task);
    this.#addedAt.set(task.id, number);
    this.#unsettled += 1;
    if (this.#settings.plan === undefined) {
      const isInBatches = this.#settings.strategy === "batches";
      this.#ranking.push(-(task.priority ?? 0), isInBatches ? 0 : -(task.durationMs ?? 0));
    } else this.#ranking.push(nowMs, -(task.durationMs ?? 0));
    this.#register(task, nowMs);
    const unmet = needs.filter((need) => this.#status[need] !== "settled");
    const isReady = this.#frontier.add(number, unmet);
    this.#emit({ type: "added", atMs: nowMs, id: task.id });
    if (this.#status[number] === "settled") return;
    const unsuccessful = needs.find((need) => this.#status[need] === "settled" && !this.#meetsNeeds(need));
    if (this.#halt !== undefined) this.#cancelWaiting(number, this.#halt.because, this.#haltedBy());
    else if (unsuccessful !== undefined) this.#cancelWaiting(number, "dependency", this.#rootOf(unsuccessful));
    else if (isReady) this.#enqueue(number, undefined);
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#originMs = this.#settings.now();
    const { signal } = this.#settings;
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
    for (const task of this.#frontier.begin()) if (this.#status[task] === "pending") this.#enqueue(task, undefined);
  }

  /** Does `change`, then starts what may start. Inside another transaction only the former; the outer one does the rest. */
  #transact(change: () => void): void {
    if (this.#isInTransaction) {
      change();
      return;
    }
    this.#isInTransaction = true;
    try {
      change();
      if (!this.#hasBegun) return;
      for (;;) {
        const nowMs = this.#nowMs();
        const task = this.#admission.next(nowMs);
        if (task < 0) break;
        this.#start(task, nowMs);
      }
    } finally {
      this.#isInTransaction = false;
    }
    if (this.#unsettled === 0 && !this.#isFinished) this.#finish();
  }

  #enqueue(task: number, lastNeed: number | undefined): void {
    const nowMs = this.#nowMs();
    if (this.#attempts[task] === 0) this.#recordUntilReady(task, lastNeed, nowMs);
    this.#status[task] = "queued";
    this.#admission.enqueue(task, nowMs);
  }

  #recordUntilReady(task: number, lastNeed: number | undefined, toMs: number): void {
    const fromMs = this.#knownSinceMs[task] as number;
    if (lastNeed === undefined || toMs <= fromMs) return;
    const wait: Pick<Wait, "cause" | "on"> =
      this.#settings.strategy === "batches"
        ? { cause: "batch", on: String(this.#frontier.level - 1) }
        : { cause: "need", on: this.#idOf(lastNeed) };
    this.#waits.record(task, { ...wait, fromMs, toMs });
  }

  #start(number: number, atMs: number): void {
    const attempt = new Attempt(number, (this.#attempts[number] as number) + 1);
    this.#status[number] = "running";
    this.#attempts[number] = attempt.attempt;
    this.#startedMs[number] ??= atMs;
    this.#running.set(number, attempt);
    const slot = this.#admission.slotOf(number);
    this.#emit({ type: "started", atMs, id: this.#idOf(number), attempt: attempt.attempt, slot });
    // A listener may have stopped it before its function was called.
    if (attempt.stop !== undefined) {
      this.#conclude(attempt, { isOk: false, error: undefined });
      return;
    }
    const task = this.#tasks[number] as Task<Id>;
    let answer: unknown;
    let timeoutMs: number;
    try {
      timeoutMs = this.#settings.timeoutMs(task);
      answer = this.#run(task, attempt);
      if (!isThenable(answer)) {
        this.#conclude(attempt, { isOk: true, value: answer as T });
        return;
      }
    } catch (error) {
      this.#conclude(attempt, { isOk: false, error });
      return;
    }
    Promise.resolve(answer as PromiseLike<T>).then(
      (value) => this.#transact(() => this.#conclude(attempt, { isOk: true, value })),
      (error: unknown) => this.#transact(() => this.#conclude(attempt, { isOk: false, error })),
    );
    if (timeoutMs < Infinity && attempt.stop === undefined) {
      attempt.clearTimer = this.#settings.setTimer(
        () => this.#transact(() => this.#timeOut(attempt, timeoutMs)),
        timeoutMs,
      );
    }
  }

  #timeOut(attempt: Attempt, timeoutMs: number): void {
    if (attempt.isDone || attempt.stop !== undefined) return;
    const reason = new DOMException(`The task took longer than ${timeoutMs} ms`, "TimeoutError");
    this.#stop(attempt, { because: "timed-out", timeoutMs }, reason);
  }

  /** Tells a running task to end, and stops waiting for it when the grace is over. */
  #stop(attempt: Attempt, stop: Stop, reason: unknown): void {
    attempt.clearTimer?.();
    attempt.clearTimer = undefined;
    attempt.abort(stop, reason);
    this.#emit({ type: "stopping", atMs: this.#nowMs(), id: this.#idOf(attempt.task), because: stop.because });
    if (attempt.isDone || this.#settings.graceMs === Infinity) return;
    attempt.clearTimer = this.#settings.setTimer(
      () => this.#transact(() => this.#conclude(attempt, undefined)),
      this.#settings.graceMs,
    );
  }

  /** An attempt has ended; without an answer it is abandoned. */
  #conclude(attempt: Attempt, answer: Answer<T> | undefined): void {
    if (attempt.isDone) return;
    attempt.isDone = true;
    attempt.clearTimer?.();
    const { task: number, stop } = attempt;
    const finishedMs = this.#nowMs();
    this.#running.delete(number);
    this.#admission.release(number, finishedMs);

    const times = {
      startedMs: this.#startedMs[number] as number,
      finishedMs,
      attempts: attempt.attempt,
    };
    const abandoned = answer === undefined;
    if (stop !== undefined && stop.because !== "timed-out") {
      this.#settle(number, { status: "cancelled", because: stop.because, abandoned, ...times });
    } else if (stop !== undefined) {
      const error = new DOMException(`The task took longer than ${stop.timeoutMs} ms`, "TimeoutError");
      const retry = abandoned ? undefined : this.#retryDelayMs(attempt);
      if (typeof retry === "number") this.#rest(attempt, retry, error);
      else this.#settle(number, { status: "timed-out", timeoutMs: stop.timeoutMs, abandoned, ...times });
    } else if (answer?.isOk === true) {
      this.#settle(number, { status: "succeeded", value: answer.value, ...times });
    } else {
      const retry = this.#retryDelayMs(attempt);
      if (typeof retry === "number") this.#rest(attempt, retry, answer?.error);
      else this.#settle(number, { status: "failed", error: retry?.error ?? answer?.error, ...times });
    }
  }

  /** The delay before the next attempt; undefined when there is none, or what the caller's function threw when asked. */
  #retryDelayMs(attempt: Attempt): number | { readonly error: unknown } | undefined {
    if (this.#halt !== undefined) return undefined;
    const task = this.#tasks[attempt.task] as Task<Id>;
    try {
      if (attempt.attempt > this.#settings.retries(task)) return undefined;
      return this.#settings.retryDelayMs(task, attempt.attempt);
    } catch (error) {
      return { error };
    }
  }

  #rest(attempt: Attempt, delayMs: number, error: unknown): void {
    const number = attempt.task;
    this.#status[number] = "resting";
    const id = this.#idOf(number);
    this.#emit({ type: "retried", atMs: this.#nowMs(), id, attempt: attempt.attempt, delayMs, error });
    if (this.#status[number] !== "resting") return;
    if (delayMs === 0) {
      this.#enqueue(number, undefined);
      return;
    }
    const wake = (): void => {
      if (this.#clearRest.delete(number)) this.#enqueue(number, undefined);
    };
    this.#clearRest.set(
      number,
      this.#settings.setTimer(() => this.#transact(wake), delayMs),
    );
  }

  #abort(): void {
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    this.#halt = { because: "aborted" };
    for (const attempt of this.#running.values()) {
      if (attempt.stop === undefined) this.#stop(attempt, { because: "aborted" }, this.#settings.signal?.reason);
    }
    this.#cancelAllWaiting();
  }

  #cancelAllWaiting(): void {
    const halt = this.#halt;
    if (halt === undefined) return;
    for (let task = 0; task < this.#tasks.length; task++) {
      if (this.#isWaiting(task)) this.#cancelWaiting(task, halt.because, this.#haltedBy());
    }
  }

  #haltedBy(): Id | undefined {
    return this.#halt?.because === "failure" ? this.#halt.dependency : undefined;
  }

  #isWaiting(task: number): boolean {
    const status = this.#status[task];
    return status === "pending" || status === "queued" || status === "resting";
  }

  /** Cancels a task whose function is not running. */
  #cancelWaiting(task: number, because: "aborted" | "failure" | "dependency" | "requested", dependency?: Id): void {
    if (!this.#isWaiting(task)) return;
    if (this.#status[task] === "queued") this.#admission.withdraw(task, this.#nowMs());
    this.#clearRest.get(task)?.();
    this.#clearRest.delete(task);
    this.#settle(task, {
      status: "cancelled",
      because,
      ...(dependency === undefined ? {} : { dependency }),
      abandoned: false,
      ...(this.#startedMs[task] === undefined ? {} : { startedMs: this.#startedMs[task] }),
      finishedMs: this.#nowMs(),
      attempts: this.#attempts[task] as number,
    });
  }

  #settle(task: number, outcome: TaskOutcome<T, Id>): void {
    this.#status[task] = "settled";
    this.#outcomes[task] = outcome;
    this.#unsettled -= 1;
    const isFailure = outcome.status === "failed" || outcome.status === "timed-out";
    if (isFailure && this.#settings.onFailure === "never") {
      this.#halt ??= { because: "failure", dependency: this.#idOf(task) };
    }
    this.#emit({ type: "settled", atMs: outcome.finishedMs, id: this.#idOf(task), outcome });
    const meets = this.#meetsNeeds(task);
    // Doomed ones go first, so that a level that opens does not offer them.
    if (!meets && (isFailure || (outcome.status === "cancelled" && outcome.because === "requested"))) {
      this.#cancelDependents(task);
    }
    this.#frontier.settle(task, meets, (ready) => {
      if (this.#status[ready] === "pending") this.#enqueue(ready, task);
    });
    if (isFailure && this.#halt?.because === "failure") this.#cancelAllWaiting();
  }

  #meetsNeeds(task: number): boolean {
    const outcome = this.#outcomes[task];
    if (outcome?.status === "succeeded") return true;
    return this.#settings.onFailure === "always" && this.#halt === undefined;
  }

  /** Cancels everything that depends on the task, however far away. With a list instead of recursion: chains may be long. */
  #cancelDependents(root: number): void {
    const dependency = this.#rootOf(root);
    const unvisited = [root];
    for (let task = unvisited.pop(); task !== undefined; task = unvisited.pop()) {
      for (const dependent of this.#frontier.dependentsOf(task)) {
        if (!this.#isWaiting(dependent)) continue;
        this.#cancelWaiting(dependent, "dependency", dependency);
        unvisited.push(dependent);
      }
    }
  }

  #rootOf(task: number): Id {
    const outcome = this.#outcomes[task];
    return (outcome?.status === "cancelled" ? outcome.dependency : undefined) ?? this.#idOf(task);
  }

  #finish(): void {
    this.#isFinished = true;
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    const outcomes = new Map<Id, TaskOutcome<T, Id>>();
    const waits = new Map<Id, readonly Wait[]>();
    let ok = true;
    let makespanMs = 0;
    for (const [number, { id }] of this.#tasks.entries()) {
      const outcome = this.#outcomes[number] as TaskOutcome<T, Id>;
      outcomes.set(id, outcome);
      ok &&= outcome.status === "succeeded";
      makespanMs = Math.max(makespanMs, outcome.finishedMs);
      const { startedMs } = outcome;
      if (startedMs === undefined) continue;
      const own = this.#waits.of(number).filter((wait) => wait.toMs <= startedMs);
      if (own.length > 0) waits.set(id, own);
    }
    this.#emit({ type: "finished", atMs: this.#nowMs() });
    this.#feed.close();
    this.#resolve({ outcomes, waits, ok, makespanMs });
  }

  #emit(event: ExecutionEvent<Id, T>): void {
    if (this.#feed.hasReaders) this.#feed.publish(event);
    const { onEvent, onListenerError } = this.#settings;
    if (onEvent === undefined) return;
    try {
      onEvent(event);
    } catch (error) {
      try {
        onListenerError?.(error);
      } catch {
        // The hook for errors failed as well; nobody is left to tell, and the run must go on.
      }
    }
  }

  #idOf(task: number): Id {
    return (this.#tasks[task] as Task<Id>).id;
  }

  #nowMs(): number {
    return this.#hasBegun ? this.#settings.now() - this.#originMs : 0;
  }
}

type Answer<T> = { readonly isOk: true; readonly value: T } | { readonly isOk: false; readonly error: unknown };

function isThenable(value: unknown): boolean {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

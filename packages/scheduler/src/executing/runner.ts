import { Admission } from "../admission.ts";
import { Attempt, type Stop, type TaskContext } from "./attempt.ts";
import { Calibration } from "./calibration.ts";
import { checkTask, show } from "../check-task.ts";
import { Clock } from "./clock.ts";
import { collectResult } from "./collect-result.ts";
import { Course } from "./course.ts";
import { graphIndex, needsOfTask } from "../create-graph.ts";
import { SchedulerError } from "../errors.ts";
import { EventOutlet } from "./event-outlet.ts";
import type { Settings } from "./execute-options.ts";
import { Frontier } from "../frontier.ts";
import type { GraphIndex } from "../graph-index.ts";
import { HeldBack } from "./held-back.ts";
import { isThenable } from "./is-thenable.ts";
import { checkDemand } from "../limits.ts";
import type { ExecutionEvent, ExecutionResult, TaskOutcome } from "./outcome.ts";
import { Ranking } from "../ranking.ts";
import { replan, ReplanBudget, type Replanned } from "./replan.ts";
import { Tails } from "../tails.ts";
import type { Task, TaskGraph, TaskUpdate } from "../task.ts";
import { WaitLog } from "../waits.ts";

/** Its needs are not met. */
const PENDING = 0;
/** It waits for limits. */
const QUEUED = 1;
/** The plan holds it back. */
const HELD = 2;
const RUNNING = 3;
/** It pauses before its next attempt. */
const RESTING = 4;
const SETTLED = 5;

/** Why tasks that have not started never will. */
type Halt<Id> = { readonly because: "aborted" } | { readonly because: "failure"; readonly dependency: Id };

type Cancelled = "aborted" | "failure" | "dependency" | "requested";

const NOTHING = (): void => {};

/**
 * The only stateful, asynchronous part. Every entry (start, tasks that settled, a timer, abort, cancel, add, …) changes the state in a transaction;
 * at its end, and only there, whatever may start is started. So a listener or a task may call back into the execution at any point.
 *
 * What settles is collected until the next microtask, so that what settles together is seen together: all that it held is free when the next
 * tasks are chosen.
 */
export class Runner<Id extends string, T> {
  readonly result: Promise<ExecutionResult<Id, T>>;
  readonly #run: (task: Task<Id>, context: TaskContext) => unknown;
  readonly #settings: Settings<Id, T>;
  readonly #tasks: Task<Id>[];
  /** What `update()` made of tasks. */
  readonly #updated = new Map<number, Task<Id>>();
  readonly #index: GraphIndex;
  readonly #addedAt = new Map<string, number>();
  readonly #tails: Tails;
  readonly #ranking = new Ranking();
  readonly #frontier: Frontier;
  readonly #waits: WaitLog;
  readonly #admission: Admission;
  readonly #course: Course | undefined;
  readonly #budget: ReplanBudget | undefined;
  readonly #calibration: Calibration | undefined;
  readonly #held: HeldBack;
  readonly #clock: Clock;
  readonly #events: EventOutlet<Id, T>;
  readonly #status: number[] = [];
  readonly #outcomes: (TaskOutcome<T, Id> | undefined)[] = [];
  readonly #attempts: number[] = [];
  readonly #startedMs: number[] = [];
  readonly #current: (Attempt | undefined)[] = [];
  readonly #clearRest = new Map<number, () => void>();
  #inbox: Attempt[] = [];
  /** A task whose end is being told to what depends on it. */
  #settling = -1;
  #running = 0;
  /** What runs, where there is a plan to compare with. */
  readonly #inProgress = new Set<number>();
  #unsettled: number;
  #makespanMs = 0;
  #isOk = true;
  #halt: Halt<Id> | undefined;
  /** The plan was left, and the longest remaining path goes first. */
  #isByTail = false;
  /** The ranks are those of an order by tail. */
  #isRankedByTail: boolean;
  #isRankedAnew = false;
  #clearWake: (() => void) | undefined;
  #wakeMs = Infinity;
  #isTurnDue = false;
  #hasBegun = false;
  #isInTransaction = false;
  #isFinished = false;
  #resolve!: (result: ExecutionResult<Id, T>) => void;
  readonly #onAbort = (): void => this.#transact(() => this.#abort());
  readonly #onTurn = (): void => {
    this.#isTurnDue = false;
    this.#transact(NOTHING);
  };
  readonly #isOpen = (task: number): boolean => this.#isWaiting(task);
  readonly #isMet = (): boolean => true;
  /** Whether a task takes the end of what it needs for enough. */
  readonly #isContent = (task: number): boolean => this.#tasks[task]?.needsMust === "end";
  readonly #onReady = (task: number): void => {
    if (this.#status[task] === PENDING) this.#offer(task, this.#settling);
  };

  constructor(graph: TaskGraph<Id>, run: (task: Task<Id>, context: TaskContext) => unknown, settings: Settings<Id, T>) {
    const { plan, strategy, limits } = settings;
    this.#run = run;
    this.#settings = settings;
    this.#clock = new Clock(settings.now);
    this.#events = new EventOutlet(settings);
    this.#tasks = [...graph.tasks];
    for (const task of this.#tasks) checkDemand(task, limits, "execute");
    this.#index = graphIndex(graph);
    this.#frontier = new Frontier(this.#index, strategy === "batches");
    this.#tails = new Tails(this.#index, this.#tasks, this.#frontier);
    if (plan !== undefined && strategy === "critical-path") {
      this.#course = new Course(plan, this.#tasks, limits);
      if (settings.replan !== undefined) {
        this.#budget = new ReplanBudget(settings.replan, this.#tasks, limits);
        this.#calibration = new Calibration(this.#index.durationMs);
      }
    }
    const order = plan === undefined ? undefined : (this.#course ?? new Course(plan, this.#tasks, limits));
    for (let task = 0; task < this.#tasks.length; task++) {
      if (order !== undefined) this.#ranking.push(order.startMs(task), -this.#tails.tailMs(task));
      else this.#ranking.push(-this.#tails.priority(task), strategy === "batches" ? 0 : -this.#tails.tailMs(task));
    }
    this.#isRankedByTail = order === undefined;
    this.#waits = new WaitLog(strategy === "batches" ? "batch" : "need");
    this.#admission = new Admission(limits, this.#ranking, this.#waits);
    this.#held = new HeldBack({
      course: this.#course,
      admission: this.#admission,
      waits: this.#waits,
      isHeld: (task) => this.#status[task] === HELD,
    });
    for (const task of this.#tasks) this.#register(task, 0);
    this.#unsettled = this.#tasks.length;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    queueMicrotask(() => this.#transact(() => this.#begin()));
  }

  read(): AsyncIterator<ExecutionEvent<Id, T>, undefined> {
    return this.#events.read();
  }

  cancel(id: Id): boolean {
    const task = this.#find(id, "cancel task");
    this.#catchUp();
    const attempt = this.#current[task];
    if (this.#status[task] === SETTLED || attempt?.stop !== undefined) return false;
    this.#transact(() => {
      this.#leavePlan();
      if (attempt === undefined) this.#cancelWaiting(task, "requested");
      else this.#stop(attempt, { because: "requested" }, new DOMException("The task was cancelled", "AbortError"));
    });
    return true;
  }

  withdraw(id: Id): boolean {
    const task = this.#find(id, "withdraw task");
    this.#catchUp();
    if (this.#status[task] === SETTLED || this.#attempts[task] !== 0) return false;
    this.#transact(() => {
      this.#leavePlan();
      if (this.#status[task] === QUEUED) this.#admission.withdraw(task, this.#clock.ms);
      this.#settle(task, { status: "withdrawn", finishedMs: this.#clock.ms, attempts: 0 });
    });
    return true;
  }

  update(id: Id, changes: TaskUpdate): boolean {
    const action = "update task";
    const number = this.#find(id, action);
    if (typeof changes !== "object" || changes === null) {
      throw new TypeError(`Cannot ${action}: \`changes\` must be an object, got ${show(changes)}`);
    }
    const before = this.#taskNow(number);
    const demand = changes.demand === undefined ? before.demand : { ...before.demand, ...changes.demand };
    const { durationMs = before.durationMs, priority = before.priority } = changes;
    checkTask({ id, demand: changes.demand, durationMs, priority }, action);
    this.#catchUp();
    if (this.#status[number] === SETTLED) return false;
    const task = { ...before, demand, durationMs, priority };
    if (changes.demand !== undefined && this.#attempts[number] === 0) checkDemand(task, this.#settings.limits, action);
    this.#change(() => {
      this.#updated.set(number, task);
      this.#leavePlan();
      if (changes.demand !== undefined) this.#admission.setDemand(number, demand, this.#clock.ms);
      if (changes.durationMs !== undefined) this.#tails.setDurationMs(number, changes.durationMs);
      if (changes.priority !== undefined) this.#tails.setPriority(number, changes.priority);
      if (changes.durationMs !== undefined || changes.priority !== undefined) this.#isRankedAnew = true;
      if (!this.#events.isHeard) return;
      this.#emit({
        type: "updated",
        atMs: this.#clock.ms,
        id,
        ...(changes.demand === undefined ? {} : { demand }),
        ...(changes.priority === undefined ? {} : { priority }),
        ...(changes.durationMs === undefined ? {} : { durationMs }),
      });
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
    if (this.#numberOf(task.id) !== undefined) {
      throw new SchedulerError("SCHEDULER_DUPLICATE_ID", `Cannot add task: the id "${task.id}" is taken`, [task.id]);
    }
    const needs = needsOfTask(task, { get: (id) => this.#numberOf(id) }, action);
    checkDemand(task, this.#settings.limits, action);
    this.#change(() => this.#add(task, needs));
  }

  #numberOf(id: string): number | undefined {
    return this.#index.at.get(id) ?? this.#addedAt.get(id);
  }

  #find(id: string, action: string): number {
    const task = this.#numberOf(id);
    if (task !== undefined) return task;
    throw new SchedulerError("SCHEDULER_UNKNOWN_ID", `Cannot ${action}: there is no "${id}"`, [id]);
  }

  #register(task: Task<Id>, nowMs: number): void {
    this.#admission.register(task);
    this.#status.push(PENDING);
    this.#outcomes.push(undefined);
    this.#attempts.push(0);
    this.#startedMs.push(-1);
    if (nowMs > 0) this.#waits.knowSince(this.#status.length - 1, nowMs);
    this.#current.push(undefined);
  }

  #add(task: Task<Id>, needs: readonly number[]): void {
    const nowMs = this.#clock.ms;
    const number = this.#tasks.length;
    this.#tasks.push(task);
    this.#addedAt.set(task.id, number);
    this.#unsettled += 1;
    this.#leavePlan();
    this.#admission.watchStarvation();
    this.#tails.add(task, needs);
    const second = this.#settings.strategy === "batches" ? 0 : -this.#tails.tailMs(number);
    const isPlanned = this.#settings.plan !== undefined && !this.#isByTail;
    this.#ranking.push(isPlanned ? nowMs : -this.#tails.priority(number), second);
    this.#register(task, nowMs);
    const unmet = needs.filter((need) => this.#status[need] !== SETTLED);
    if (unmet.length > 0) this.#isRankedAnew = true;
    const isReady = this.#frontier.add(number, unmet);
    if (this.#events.isHeard) this.#emit({ type: "added", atMs: nowMs, id: task.id });
    if (this.#status[number] === PENDING) {
      const unsuccessful = this.#isContent(number)
        ? undefined
        : needs.find((need) => this.#status[need] === SETTLED && !this.#meetsNeeds(need));
      if (this.#halt !== undefined) this.#cancelWaiting(number, this.#halt.because, this.#haltedBy());
      else if (unsuccessful !== undefined) this.#cancelWaiting(number, "dependency", this.#rootOf(unsuccessful));
      else if (isReady && this.#hasBegun) this.#offer(number, -1);
    }
  }

  /** Does `change`; what may start because of it starts in the next microtask, so that many changes cost little. */
  #change(change: () => void): void {
    if (this.#isInTransaction) {
      change();
      return;
    }
    this.#guard(change);
    this.#takeTurn();
  }

  #takeTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    queueMicrotask(this.#onTurn);
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#clock.begin();
    const { signal } = this.#settings;
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
    for (const task of this.#frontier.begin()) if (this.#status[task] === PENDING) this.#offer(task, -1);
  }

  #readClock(): number {
    return this.#hasBegun ? this.#clock.read() : 0;
  }

  /** Takes note of what has settled before anything is decided from outside. */
  #catchUp(): void {
    if (this.#inbox.length > 0) this.#transact(NOTHING);
  }

  /** Does `change`, then starts what may start. Inside another transaction only the former; the outer one does the rest. */
  #transact(change: () => void): void {
    if (this.#isInTransaction) {
      change();
      return;
    }
    this.#guard(() => {
      this.#readInbox();
      change();
      if (this.#hasBegun) this.#startAll();
    });
    if (this.#unsettled === 0 && this.#hasBegun && !this.#isFinished) this.#finish();
  }

  /** While `body` runs, whatever calls back into the execution becomes a part of this transaction. */
  #guard(body: () => void): void {
    this.#isInTransaction = true;
    try {
      this.#readClock();
      body();
    } finally {
      this.#isInTransaction = false;
    }
  }

  #readInbox(): void {
    const inbox = this.#inbox;
    if (inbox.length === 0) return;
    this.#inbox = [];
    for (const attempt of inbox) this.#conclude(attempt);
  }

  #startAll(): void {
    for (;;) {
      if (this.#course !== undefined || this.#isRankedAnew) this.#order();
      const task = this.#admission.next(this.#clock.ms);
      if (task >= 0) this.#start(task);
      else if (this.#course === undefined || !this.#isPlanAtRest(this.#course)) return;
    }
  }

  /** Nothing more can start now; whether that is all, or what the plan holds back has to be let go because nothing else would ever happen. */
  #isPlanAtRest(course: Course): boolean {
    const first = this.#held.first();
    this.#held.nameObstacles(this.#clock.ms);
    if (first < 0) {
      this.#setWake(Infinity);
      return false;
    }
    if (this.#running === 0) {
      course.isLeft = true;
      this.#releaseHeld();
      return true;
    }
    let wakeMs = course.startMs(first);
    for (const task of this.#inProgress) {
      const lateMs = course.lateMs(task);
      if (lateMs > this.#clock.ms) wakeMs = Math.min(wakeMs, lateMs);
    }
    this.#setWake(wakeMs);
    return false;
  }

  /**
   * Looks at the plan again at a time, whatever happens or does not happen until then: when it calls for a task that it holds back, or when one that
   * runs is late. An earlier look that is due already is kept.
   */
  #setWake(atMs: number): void {
    if (atMs >= this.#wakeMs && atMs !== Infinity) return;
    this.#clearWake?.();
    this.#clearWake = undefined;
    this.#wakeMs = atMs;
    if (atMs === Infinity) return;
    const wake = (): void => {
      this.#clearWake = undefined;
      this.#wakeMs = Infinity;
      this.#transact(() => {
        const course = this.#course as Course;
        for (const task of this.#inProgress) if (course.lateMs(task) <= this.#clock.ms) course.isLeft = true;
      });
    };
    try {
      this.#clearWake = this.#settings.setTimer(wake, Math.max(0, atMs - this.#clock.ms));
    } catch (error) {
      this.#events.tellError(error);
      (this.#course as Course).isLeft = true;
      this.#releaseHeld();
      this.#takeTurn();
    }
  }

  /** Brings the order of what waits up to date. */
  #order(): void {
    const course = this.#course;
    if (course !== undefined && course.isLeft && this.#budget !== undefined) {
      const waiting = this.#unsettled - this.#running;
      if (waiting > 1) {
        const generations = this.#budget.generations(this.#unsettled, this.#clock.ms);
        const isPlanned = generations > 0 && this.#replan(course, generations);
        if (!isPlanned && !this.#isByTail) this.#rankByTail();
      } else if (!this.#held.isEmpty) this.#releaseHeld();
    }
    if (this.#isRankedAnew) this.#rankAnew();
    if (course === undefined) return;
    for (let task = this.#held.first(); task >= 0 && course.isDue(task, this.#clock.ms); task = this.#held.first()) {
      this.#held.take();
      this.#queue(task);
    }
  }

  /** False when there is no plan to be had. */
  #replan(course: Course, generations: number): boolean {
    const nowMs = this.#clock.ms;
    const size = this.#unsettled;
    const running: number[] = [];
    const waiting: number[] = [];
    const sort = (task: number): void => {
      const status = this.#status[task];
      if (status === RUNNING) running.push(task);
      else if (status !== SETTLED) waiting.push(task);
    };
    this.#tails.refresh(this.#isOpen);
    this.#isRankedAnew = false;
    for (const task of this.#index.order) sort(task);
    for (let task = this.#index.order.length; task < this.#tasks.length; task++) sort(task);
    const correct = this.#calibration?.correction() ?? ((predictedMs: number): number => predictedMs);
    const rest = {
      running,
      waiting,
      task: (task: number): Task => this.#taskNow(task),
      needs: (task: number): readonly number[] => this.#tails.needs(task),
      // What the caller has told meanwhile is better than any correction.
      durationMs: (task: number): number =>
        this.#updated.has(task) ? this.#tails.durationMs(task) : correct(this.#tails.durationMs(task)),
      elapsedMs: (task: number): number => nowMs - (this.#current[task]?.startedMs ?? nowMs),
      dueMs: (task: number): number => course.startMs(task),
    };
    let plan: Replanned;
    try {
      plan = replan(rest, this.#settings.limits, generations);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#budget?.giveUp();
      return false;
    }
    this.#budget?.spend(size, plan.generations);
    const waitingAgain = this.#takeWaiting();
    const makespanMs = nowMs + plan.makespanMs;
    course.follow(
      plan.starts.map(([task, startMs, finishMs]) => [task, nowMs + startMs, nowMs + finishMs]),
      plan.makespanMs,
    );
    for (const task of waiting) this.#ranking.set(task, course.startMs(task), -this.#tails.tailMs(task));
    this.#isByTail = false;
    this.#isRankedByTail = false;
    for (const task of waitingAgain) this.#offerAgain(task);
    if (this.#events.isHeard) this.#emit({ type: "replanned", atMs: nowMs, by: "plan", makespanMs });
    return true;
  }

  /** From now on the longest remaining path goes first, and nothing is held back. */
  #rankByTail(): void {
    this.#isByTail = true;
    this.#isRankedAnew = true;
    this.#releaseHeld();
    if (this.#events.isHeard) this.#emit({ type: "replanned", atMs: this.#clock.ms, by: "tail" });
  }

  #rankAnew(): void {
    this.#isRankedAnew = false;
    const changed = this.#tails.refresh(this.#isOpen);
    // An order by plan is changed by a new plan alone; with the first order by tail every task gets another rank.
    if (this.#settings.plan !== undefined && !this.#isByTail) return;
    const tasks = this.#isRankedByTail ? changed : undefined;
    this.#isRankedByTail = true;
    const isInOrder = tasks !== undefined && !tasks.some((task) => this.#isInLine(task));
    const waiting = isInOrder ? [] : this.#takeWaiting();
    const isInBatches = this.#settings.strategy === "batches";
    for (const task of tasks ?? this.#tasks.keys()) {
      this.#ranking.set(task, -this.#tails.priority(task), isInBatches ? 0 : -this.#tails.tailMs(task));
    }
    for (const task of waiting) this.#offerAgain(task);
  }

  #isInLine(task: number): boolean {
    return this.#status[task] === QUEUED || this.#status[task] === HELD;
  }

  /** Takes everything that waits for limits or is held back out of its place. */
  #takeWaiting(): readonly number[] {
    const waiting = [...this.#admission.takeAll()];
    for (let task = this.#held.take(); task >= 0; task = this.#held.take()) {
      this.#status[task] = QUEUED;
      waiting.push(task);
    }
    return waiting.sort((a, b) => a - b);
  }

  #releaseHeld(): void {
    for (let task = this.#held.take(); task >= 0; task = this.#held.take()) this.#queue(task);
  }

  #leavePlan(): void {
    if (this.#course !== undefined) this.#course.isLeft = true;
  }

  /** A task could start, as far as its needs are concerned. */
  #offer(task: number, lastNeed: number): void {
    const nowMs = this.#clock.ms;
    if (lastNeed >= 0) {
      const isInBatches = this.#settings.strategy === "batches";
      this.#waits.endReady(task, isInBatches ? String(this.#frontier.level - 1) : this.#idOf(lastNeed), nowMs);
    }
    this.#offerAgain(task);
  }

  #offerAgain(task: number): void {
    const course = this.#course;
    const isHeld = course !== undefined && this.#budget !== undefined && course.holds(task, this.#clock.ms);
    if (!isHeld) {
      this.#queue(task);
      return;
    }
    this.#status[task] = HELD;
    this.#held.put(task, this.#clock.ms);
  }

  #queue(task: number): void {
    this.#status[task] = QUEUED;
    this.#admission.enqueue(task, this.#clock.ms);
  }

  #start(number: number): void {
    const atMs = this.#clock.ms;
    const count = (this.#attempts[number] as number) + 1;
    const attempt = new Attempt(number, count, atMs);
    this.#status[number] = RUNNING;
    this.#attempts[number] = count;
    if (count === 1) this.#startedMs[number] = atMs;
    this.#current[number] = attempt;
    this.#running += 1;
    if (this.#course !== undefined) this.#inProgress.add(number);
    if (this.#events.isHeard) {
      const slot = this.#admission.slotOf(number);
      this.#emit({ type: "started", atMs, id: this.#idOf(number), attempt: count, slot });
      // A listener may have stopped it before its function was called.
      if (attempt.stop !== undefined) {
        attempt.answer = "rejected";
        this.#conclude(attempt);
        return;
      }
    }
    const task = this.#tasks[number] as Task<Id>;
    let timeoutMs = Infinity;
    try {
      if (this.#settings.timeoutMs !== undefined) {
        timeoutMs = this.#settings.timeoutMs(task);
        if (attempt.stop !== undefined) throw attempt.stop;
      }
      const answer = this.#run(task, attempt);
      if (isThenable(answer)) {
        this.#await(attempt, answer);
        if (timeoutMs < Infinity && attempt.stop === undefined) this.#limit(attempt, timeoutMs);
        this.#clock.read();
        return;
      }
      attempt.answer = "fulfilled";
      attempt.value = answer;
    } catch (error) {
      attempt.answer = "rejected";
      attempt.value = error;
    }
    this.#clock.read();
    this.#conclude(attempt);
  }

  #await(attempt: Attempt, answer: PromiseLike<unknown>): void {
    Promise.resolve(answer).then(
      (value) => this.#receive(attempt, "fulfilled", value),
      (error: unknown) => this.#receive(attempt, "rejected", error),
    );
  }

  #receive(attempt: Attempt, answer: "fulfilled" | "rejected", value: unknown): void {
    if (attempt.isDone) return;
    attempt.answer = answer;
    attempt.value = value;
    this.#inbox.push(attempt);
    this.#takeTurn();
  }

  #limit(attempt: Attempt, timeoutMs: number): void {
    attempt.clearTimer = this.#settings.setTimer(
      () => this.#transact(() => this.#timeOut(attempt, timeoutMs)),
      timeoutMs,
    );
  }

  #timeOut(attempt: Attempt, timeoutMs: number): void {
    if (attempt.isDone || attempt.stop !== undefined) return;
    this.#stop(attempt, { because: "timed-out", timeoutMs }, timeoutError(timeoutMs));
  }

  /** Tells a running task to end, and stops waiting for it when the grace is over. */
  #stop(attempt: Attempt, stop: Stop, reason: unknown): void {
    attempt.clearTimer?.();
    attempt.clearTimer = undefined;
    attempt.abort(stop, reason);
    if (this.#events.isHeard) {
      this.#emit({ type: "stopping", atMs: this.#clock.ms, id: this.#idOf(attempt.task), because: stop.because });
    }
    if (attempt.isDone || this.#settings.graceMs === Infinity) return;
    try {
      attempt.clearTimer = this.#settings.setTimer(
        () => this.#transact(() => this.#conclude(attempt)),
        this.#settings.graceMs,
      );
    } catch (error) {
      this.#events.tellError(error);
    }
  }

  /** An attempt has ended; without an answer it is abandoned. */
  #conclude(attempt: Attempt): void {
    if (attempt.isDone) return;
    attempt.isDone = true;
    if (attempt.clearTimer !== undefined) {
      attempt.clearTimer();
      attempt.clearTimer = undefined;
    }
    const { task: number, stop, answer } = attempt;
    const finishedMs = this.#clock.ms;
    this.#current[number] = undefined;
    this.#running -= 1;
    this.#admission.release(number, finishedMs);
    if (this.#course !== undefined) {
      this.#inProgress.delete(number);
      this.#course.hasEnded(number, finishedMs);
    }

    const startedMs = this.#startedMs[number] as number;
    const attempts = attempt.attempt;
    if (stop === undefined && answer === "fulfilled") {
      this.#calibration?.observe(this.#tails.durationMs(number), finishedMs - attempt.startedMs);
      this.#settle(number, { status: "succeeded", value: attempt.value as T, startedMs, finishedMs, attempts });
      return;
    }
    const abandoned = answer === "none";
    const times = { startedMs, finishedMs, attempts };
    if (stop !== undefined && stop.because !== "timed-out") {
      this.#settle(number, { status: "cancelled", because: stop.because, abandoned, ...times });
      return;
    }
    const error = stop === undefined ? attempt.value : timeoutError(stop.timeoutMs);
    // From here on it does not run: what the functions that are asked for retries do to it ends it at once.
    this.#status[number] = RESTING;
    const retry = abandoned ? undefined : this.#retryDelayMs(attempt);
    if (this.#status[number] !== RESTING) return;
    if (typeof retry === "number") this.#rest(attempt, retry, error);
    else if (stop !== undefined) {
      this.#settle(number, { status: "timed-out", timeoutMs: stop.timeoutMs, abandoned, ...times });
    } else this.#settle(number, { status: "failed", error: retry === undefined ? error : retry.error, ...times });
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
    const atMs = this.#clock.ms;
    this.#status[number] = RESTING;
    this.#waits.open(number, "retry", String(attempt.attempt), atMs);
    if (this.#events.isHeard) {
      this.#emit({ type: "retried", atMs, id: this.#idOf(number), attempt: attempt.attempt, delayMs, error });
      if (this.#status[number] !== RESTING) return;
    }
    if (delayMs === 0) {
      this.#queue(number);
      return;
    }
    const wake = (): void => {
      if (this.#clearRest.delete(number)) this.#queue(number);
    };
    // Known before the timer is set, for it may call back at once.
    this.#clearRest.set(number, NOTHING);
    try {
      const clear = this.#settings.setTimer(() => this.#transact(wake), delayMs);
      if (this.#clearRest.has(number)) this.#clearRest.set(number, clear);
    } catch (timerError) {
      this.#clearRest.delete(number);
      this.#settle(number, {
        status: "failed",
        error: timerError,
        startedMs: this.#startedMs[number] as number,
        finishedMs: atMs,
        attempts: attempt.attempt,
      });
    }
  }

  #abort(): void {
    this.#halt = { because: "aborted" };
    for (const attempt of this.#current) {
      if (attempt !== undefined && attempt.stop === undefined) {
        this.#stop(attempt, { because: "aborted" }, this.#settings.signal?.reason);
      }
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
    return status !== RUNNING && status !== SETTLED;
  }

  /** Cancels a task whose function is not running. */
  #cancelWaiting(task: number, because: Cancelled, dependency?: Id): void {
    if (!this.#isWaiting(task)) return;
    if (this.#status[task] === QUEUED) this.#admission.withdraw(task, this.#clock.ms);
    this.#clearRest.get(task)?.();
    this.#clearRest.delete(task);
    const attempts = this.#attempts[task] as number;
    this.#settle(task, {
      status: "cancelled",
      because,
      ...(dependency === undefined ? {} : { dependency }),
      abandoned: false,
      ...(attempts === 0 ? {} : { startedMs: this.#startedMs[task] as number }),
      finishedMs: this.#clock.ms,
      attempts,
    });
  }

  #settle(task: number, outcome: TaskOutcome<T, Id>): void {
    this.#status[task] = SETTLED;
    this.#outcomes[task] = outcome;
    this.#unsettled -= 1;
    this.#makespanMs = outcome.finishedMs;
    const { status } = outcome;
    if (status === "succeeded" || status === "withdrawn") {
      if (this.#events.isHeard)
        this.#emit({ type: "settled", atMs: outcome.finishedMs, id: this.#idOf(task), outcome });
      this.#tellDependents(task, true);
      return;
    }
    this.#isOk = false;
    const isFailure = status !== "cancelled";
    // Only the first failure has anything to cancel: of many that run and fail, each would look at all tasks otherwise.
    const isFirstFailure = isFailure && this.#settings.onFailure === "never" && this.#halt === undefined;
    if (isFirstFailure) this.#halt = { because: "failure", dependency: this.#idOf(task) };
    if (this.#events.isHeard) this.#emit({ type: "settled", atMs: outcome.finishedMs, id: this.#idOf(task), outcome });
    const meets = this.#meetsNeeds(task);
    // Doomed ones go first, so that a level that opens does not offer them.
    if (!meets && (isFailure || outcome.because === "requested")) this.#cancelDependents(task);
    this.#tellDependents(task, meets);
    if (isFirstFailure) this.#cancelAllWaiting();
  }

  #tellDependents(task: number, meets: boolean): void {
    const before = this.#settling;
    this.#settling = task;
    this.#frontier.settle(task, meets ? this.#isMet : this.#isContent, this.#onReady);
    this.#settling = before;
  }

  #meetsNeeds(task: number): boolean {
    const status = this.#outcomes[task]?.status;
    if (status === "succeeded" || status === "withdrawn") return true;
    return this.#settings.onFailure === "always" && this.#halt === undefined;
  }

  /** Cancels everything that depends on the task, however far away. With a list instead of recursion: chains may be long. */
  #cancelDependents(root: number): void {
    const dependency = this.#rootOf(root);
    const unvisited = [root];
    for (let task = unvisited.pop(); task !== undefined; task = unvisited.pop()) {
      for (const dependent of this.#frontier.dependentsOf(task)) {
        if (!this.#isWaiting(dependent) || this.#isContent(dependent)) continue;
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
    this.#setWake(Infinity);
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    if (this.#events.isHeard) this.#emit({ type: "finished", atMs: this.#readClock() });
    this.#events.close();
    const tasks = this.#tasks.map((_, number) => this.#taskNow(number));
    const outcomes = this.#outcomes as readonly TaskOutcome<T, Id>[];
    this.#resolve(collectResult({ tasks, outcomes, waits: this.#waits, ok: this.#isOk, makespanMs: this.#makespanMs }));
  }

  /** To be called only when somebody listens. */
  #emit(event: ExecutionEvent<Id, T>): void {
    this.#events.emit(event);
    this.#readClock();
  }

  #taskNow(task: number): Task<Id> {
    if (this.#updated.size === 0) return this.#tasks[task] as Task<Id>;
    return this.#updated.get(task) ?? (this.#tasks[task] as Task<Id>);
  }

  #idOf(task: number): Id {
    return (this.#tasks[task] as Task<Id>).id;
  }
}

function timeoutError(timeoutMs: number): DOMException {
  return new DOMException(`The task took longer than ${timeoutMs} ms`, "TimeoutError");
}

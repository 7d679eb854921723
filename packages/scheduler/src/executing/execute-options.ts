import { show } from "../check-task.ts";
import type { Plan } from "../create-plan.ts";
import { type Limits, readLimits } from "../limits.ts";
import type { ExecutionEvent } from "./outcome.ts";
import { readStrategy, type Strategy } from "../strategy.ts";
import type { Task } from "../task.ts";

/** Default of {@link ExecuteOptions.graceMs}. */
export const DEFAULT_GRACE_MS = 5_000;
/** Delay before the first retry when {@link ExecuteOptions.retryDelayMs} is absent. */
export const DEFAULT_RETRY_DELAY_MS = 1_000;
/** The doubling of retry delays stops here. */
export const MAX_RETRY_DELAY_MS = 30_000;
/** Default of {@link ReplanOptions.timeShare}. */
export const DEFAULT_REPLAN_TIME_SHARE = 0.01;
/** Default of {@link ReplanOptions.generations}. */
export const DEFAULT_REPLAN_GENERATIONS = 1_000;
/** What a Node.js timer can hold; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What becomes of the rest when a task fails or times out. */
export type OnFailure = "never" | "dependencies-successful" | "always";

/** How much is spent on new plans while an execution runs. They are made in between, and nothing else happens in this thread meanwhile. */
export interface ReplanOptions {
  /**
   * Share of the elapsed time, above 0, that making new plans may take; as estimated from their size, so that equal inputs and clocks give equal
   * executions. Infinity plans anew whenever anything is not as planned.
   *
   * @defaultValue {@link DEFAULT_REPLAN_TIME_SHARE}
   */
  readonly timeShare?: number | undefined;
  /**
   * Schedules that are generated for a new plan at most, see `SearchOptions`.
   *
   * @defaultValue {@link DEFAULT_REPLAN_GENERATIONS}
   */
  readonly generations?: number | undefined;
}

/** Within which limits, in which order and with which clock tasks are run. */
export interface ExecuteOptions<Id extends string = string, T = unknown> {
  /**
   * Tasks that may run at once.
   *
   * @defaultValue that of the plan, otherwise Infinity
   */
  readonly maxParallel?: number | undefined;
  /**
   * By resource, what all running tasks may take of it together.
   *
   * @defaultValue that of the plan, otherwise no limit
   */
  readonly capacity?: Readonly<Record<string, number>> | undefined;
  /**
   * Tasks start in the order of this plan's starts, and where all durations are given not before them, as long as it holds; what it does not know
   * comes last. Its limits and strategy are the defaults.
   */
  readonly plan?: Plan<Id> | undefined;
  /**
   * What is done when durations or tasks leave the plan. Where resources or groups are limited, the rest is planned anew if that costs little
   * beside the time it all takes; otherwise the longest remaining path goes first. False keeps to the order of the plan, and lets whatever fits
   * start. Without a plan, and with the strategy 'batches', there is nothing to do.
   *
   * @defaultValue {} – the defaults of {@link ReplanOptions}
   */
  readonly replan?: ReplanOptions | false | undefined;
  /** @defaultValue that of the plan, otherwise "critical-path" */
  readonly strategy?: Strategy | undefined;
  /**
   * `never`: start nothing new, let what runs finish. `dependencies-successful`: go on with all that does not depend on what failed. `always`:
   * run dependents all the same.
   *
   * @defaultValue "never"
   */
  readonly onFailure?: OnFailure | undefined;
  /** Aborting it cancels everything. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Time an attempt may take, more than 0, for all tasks or by task; undefined or Infinity for no limit. A task that is over it is told through
   * its signal. A function that gives anything else, or throws, fails the task.
   */
  readonly timeoutMs?: number | ((task: Task<Id>) => number | undefined) | undefined;
  /**
   * How long a task whose signal was aborted (timeout, cancellation, abort) is waited for. It keeps its slot meanwhile. When it has not settled by
   * then it is recorded as `abandoned` and its slot is given away. With Infinity it is waited for, however long: a task that never settles then
   * keeps its slot, and the execution does not end.
   *
   * @defaultValue {@link DEFAULT_GRACE_MS}
   */
  readonly graceMs?: number | undefined;
  /**
   * How often a task that failed or timed out is tried again, for all tasks or by task, asked each time; it is not when it was abandoned. It
   * gives its slot back in between. What a function throws becomes the error of the task.
   *
   * @defaultValue 0
   */
  readonly retries?: number | ((task: Task<Id>) => number | undefined) | undefined;
  /**
   * Delay before the first retry, doubled for each further one up to {@link MAX_RETRY_DELAY_MS}; or a function of the attempt that failed, from 1.
   *
   * @defaultValue {@link DEFAULT_RETRY_DELAY_MS}
   */
  readonly retryDelayMs?: number | ((task: Task<Id>, attempt: number) => number) | undefined;
  /**
   * Milliseconds from any fixed point. Where it goes back, or gives no number, time stands still until it has caught up.
   *
   * @defaultValue `performance.now`
   */
  readonly now?: (() => number) | undefined;
  /**
   * Calls back once after a delay in milliseconds; gives a function that prevents it.
   *
   * @defaultValue `setTimeout`, with which any time limit, grace or delay ends after 2,147,483,647 ms (25 days) at the latest
   */
  readonly setTimer?: SetTimer | undefined;
  /** Called with every event, in order, at the moment it happens. */
  readonly onEvent?: ((event: ExecutionEvent<Id, T>) => void) | undefined;
  /** Called with what `onEvent` throws, or rejects with; the run goes on in any case. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** Calls back after a delay in milliseconds, and gives what calls that off. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void;

/** Options with every default filled in. */
export interface Settings<Id extends string, T> {
  readonly limits: Limits;
  readonly strategy: Strategy;
  readonly plan: Plan<Id> | undefined;
  readonly replan: Required<{ readonly [K in keyof ReplanOptions]: number }> | undefined;
  readonly onFailure: OnFailure;
  readonly signal: AbortSignal | undefined;
  readonly graceMs: number;
  /** Undefined where no task has a limit. */
  readonly timeoutMs: ((task: Task<Id>) => number) | undefined;
  readonly retries: (task: Task<Id>) => number;
  readonly retryDelayMs: (task: Task<Id>, attempt: number) => number;
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly onEvent: ((event: ExecutionEvent<Id, T>) => void) | undefined;
  readonly onListenerError: ((error: unknown) => void) | undefined;
}

/** @throws {TypeError | RangeError} when an option is not what it must be. */
export function readSettings<Id extends string, T>(options: ExecuteOptions<Id, T>): Settings<Id, T> {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot execute: \`options\` must be an object, got ${show(options)}`);
  }
  const { plan, timeoutMs, retries, retryDelayMs = DEFAULT_RETRY_DELAY_MS } = options;
  checkPlan(plan);
  const onFailure = options.onFailure ?? "never";
  if (onFailure !== "never" && onFailure !== "dependencies-successful" && onFailure !== "always") {
    throw new TypeError(
      `Cannot execute: \`onFailure\` must be "never", "dependencies-successful" or "always", got ${show(onFailure)}`,
    );
  }
  if (options.signal !== undefined && !isSignal(options.signal)) {
    throw new TypeError(`Cannot execute: \`signal\` must be an AbortSignal, got ${show(options.signal)}`);
  }
  const graceMs = atLeastZero(options.graceMs ?? DEFAULT_GRACE_MS, "graceMs");
  if (typeof retryDelayMs !== "function") finite(atLeastZero(retryDelayMs, "retryDelayMs"), "retryDelayMs");
  if (typeof timeoutMs !== "function" && timeoutMs !== undefined) moreThanZero(timeoutMs, "timeoutMs");
  if (typeof retries !== "function" && retries !== undefined) atLeastZero(retries, "retries");
  const now = readFunction(options.now, "now") ?? ((): number => performance.now());
  if (!Number.isFinite(now())) {
    throw new RangeError(`Cannot execute: \`now\` must give a finite number of milliseconds, got ${show(now())}`);
  }
  return {
    limits: readLimits(options.maxParallel ?? plan?.maxParallel, options.capacity ?? plan?.capacity, "execute"),
    strategy: readStrategy(options.strategy ?? plan?.strategy, "execute"),
    plan,
    replan: readReplan(options.replan),
    onFailure,
    signal: options.signal,
    graceMs,
    timeoutMs: readTimeout(timeoutMs),
    retries:
      typeof retries === "function"
        ? (task) => atLeastZero(retries(task) ?? 0, "retries", task)
        : (): number => retries ?? 0,
    retryDelayMs:
      typeof retryDelayMs === "function"
        ? (task, attempt) =>
            finite(atLeastZero(retryDelayMs(task, attempt), "retryDelayMs", task), "retryDelayMs", task)
        : (_task, attempt) => Math.min(retryDelayMs * 2 ** (attempt - 1), Math.max(retryDelayMs, MAX_RETRY_DELAY_MS)),
    now,
    setTimer: readFunction(options.setTimer, "setTimer") ?? setNodeTimer,
    onEvent: readFunction(options.onEvent, "onEvent"),
    onListenerError: readFunction(options.onListenerError, "onListenerError"),
  };
}

/** Not by its class: signals of other realms and of polyfills do as well. */
function isSignal(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "aborted" in value &&
    typeof value.aborted === "boolean" &&
    "addEventListener" in value &&
    typeof value.addEventListener === "function" &&
    "removeEventListener" in value &&
    typeof value.removeEventListener === "function"
  );
}

function checkPlan(plan: unknown): void {
  if (plan === undefined) return;
  const isPlan = typeof plan === "object" && plan !== null && "tasks" in plan && Array.isArray(plan.tasks);
  if (!isPlan) throw new TypeError(`Cannot execute: \`plan\` must be what createPlan() gives, got ${show(plan)}`);
}

function readReplan(replan: ReplanOptions | false | undefined): Settings<string, unknown>["replan"] {
  if (replan === false) return undefined;
  if (replan !== undefined && (typeof replan !== "object" || replan === null)) {
    throw new TypeError(`Cannot execute: \`replan\` must be an object or false, got ${show(replan)}`);
  }
  const { timeShare = DEFAULT_REPLAN_TIME_SHARE, generations = DEFAULT_REPLAN_GENERATIONS } = replan ?? {};
  if (!(Number.isSafeInteger(generations) && generations > 0)) {
    throw new RangeError(
      `Cannot execute: \`replan.generations\` must be a positive whole number, got ${show(generations)}`,
    );
  }
  return { timeShare: moreThanZero(timeShare, "replan.timeShare"), generations };
}

function readTimeout<Id extends string>(
  timeoutMs: ExecuteOptions<Id>["timeoutMs"],
): ((task: Task<Id>) => number) | undefined {
  if (timeoutMs === undefined || timeoutMs === Infinity) return undefined;
  if (typeof timeoutMs === "number") return () => timeoutMs;
  return (task) => moreThanZero(timeoutMs(task) ?? Infinity, "timeoutMs", task);
}

function readFunction<F>(value: F | undefined, option: string): F | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw new TypeError(`Cannot execute: \`${option}\` must be a function, got ${show(value)}`);
}

function atLeastZero(value: number, option: string, task?: Task): number {
  return inRange(value, value >= 0, "at least 0", option, task);
}

function moreThanZero(value: number, option: string, task?: Task): number {
  return inRange(value, value > 0, "more than 0", option, task);
}

function finite(value: number, option: string, task?: Task): number {
  return inRange(value, value < Infinity, "finite", option, task);
}

function inRange(value: number, isInRange: boolean, range: string, option: string, task: Task | undefined): number {
  const what = `\`${option}\`${task === undefined ? "" : ` of "${task.id}"`}`;
  const action = task === undefined ? "execute" : "run task";
  if (typeof value !== "number") throw new TypeError(`Cannot ${action}: ${what} must be a number, got ${show(value)}`);
  if (isInRange) return value;
  throw new RangeError(`Cannot ${action}: ${what} must be ${range}, got ${show(value)}`);
}

function setNodeTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}

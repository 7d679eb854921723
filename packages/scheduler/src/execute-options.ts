import { show } from "./check-task.ts";
import type { Plan } from "./create-plan.ts";
import { type Limits, readLimits } from "./limits.ts";
import type { ExecutionEvent } from "./outcome.ts";
import { readStrategy, type Strategy } from "./strategy.ts";
import type { Task } from "./task.ts";

/** Default of {@link ExecuteOptions.graceMs}. */
export const DEFAULT_GRACE_MS = 5_000;
/** Delay before the first retry when {@link ExecuteOptions.retryDelayMs} is absent. */
export const DEFAULT_RETRY_DELAY_MS = 1_000;
/** The doubling of retry delays stops here. */
export const MAX_RETRY_DELAY_MS = 30_000;
/** What a Node.js timer can hold; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What becomes of the rest when a task fails or times out. */
export type OnFailure = "never" | "dependencies-successful" | "always";

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
  /** Tasks start in the order of this plan's starts; what it does not know comes last. Its limits and strategy are the defaults. */
  readonly plan?: Plan<Id> | undefined;
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
  /** Time an attempt may take, more than 0; undefined or Infinity for no limit. A task that is over it is told through its signal. */
  readonly timeoutMs?: ((task: Task<Id>) => number | undefined) | undefined;
  /**
   * How long a task whose signal was aborted (timeout, cancellation, abort) is waited for. It keeps its slot meanwhile. When it has not settled by
   * then it is recorded as `abandoned` and its slot is given away; Infinity waits for ever.
   *
   * @defaultValue {@link DEFAULT_GRACE_MS}
   */
  readonly graceMs?: number | undefined;
  /** How often a task that failed or timed out is tried again; it is not when it was abandoned. It gives its slot back in between. */
  readonly retries?: ((task: Task<Id>) => number | undefined) | undefined;
  /**
   * Delay before the first retry, doubled for each further one up to {@link MAX_RETRY_DELAY_MS}; or a function of the attempt that failed, from 1.
   *
   * @defaultValue {@link DEFAULT_RETRY_DELAY_MS}
   */
  readonly retryDelayMs?: number | ((task: Task<Id>, attempt: number) => number) | undefined;
  /** Milliseconds from any fixed point, never going back. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Calls back once after a delay; gives a function that prevents it. @defaultValue `setTimeout` */
  readonly setTimer?: SetTimer | undefined;
  /** Called with every event, in order, at the moment it happens. */
  readonly onEvent?: ((event: ExecutionEvent<Id, T>) => void) | undefined;
  /** Called with what `onEvent` throws; the run goes on in any case. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

export type SetTimer = (callback: () => void, delayMs: number) => () => void;

/** Options with every default filled in. */
export interface Settings<Id extends string, T> {
  readonly limits: Limits;
  readonly strategy: Strategy;
  readonly plan: Plan<Id> | undefined;
  readonly onFailure: OnFailure;
  readonly signal: AbortSignal | undefined;
  readonly graceMs: number;
  readonly timeoutMs: (task: Task<Id>) => number;
  readonly retries: (task: Task<Id>) => number;
  readonly retryDelayMs: (task: Task<Id>, attempt: number) => number;
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly onEvent: ((event: ExecutionEvent<Id, T>) => void) | undefined;
  readonly onListenerError: ((error: unknown) => void) | undefined;
}

/** @throws {TypeError | RangeError} when an option is out of range. */
export function readSettings<Id extends string, T>(options: ExecuteOptions<Id, T>): Settings<Id, T> {
  const action = "execute";
  const { plan, retryDelayMs = DEFAULT_RETRY_DELAY_MS } = options;
  const onFailure = options.onFailure ?? "never";
  if (onFailure !== "never" && onFailure !== "dependencies-successful" && onFailure !== "always") {
    throw new TypeError(
      `Cannot ${action}: \`onFailure\` must be "never", "dependencies-successful" or "always", got ${show(onFailure)}`,
    );
  }
  const graceMs = atLeastZero(options.graceMs ?? DEFAULT_GRACE_MS, "graceMs");
  if (typeof retryDelayMs === "number") atLeastZero(retryDelayMs, "retryDelayMs");
  return {
    limits: readLimits(options.maxParallel ?? plan?.maxParallel, options.capacity ?? plan?.capacity, action),
    strategy: readStrategy(options.strategy ?? plan?.strategy, action),
    plan,
    onFailure,
    signal: options.signal,
    graceMs,
    timeoutMs: (task) => {
      const timeoutMs = options.timeoutMs?.(task) ?? Infinity;
      if (timeoutMs > 0) return timeoutMs;
      throw new RangeError(`Cannot run task: \`timeoutMs\` of "${task.id}" must be more than 0, got ${timeoutMs}`);
    },
    retries: (task) => atLeastZero(options.retries?.(task) ?? 0, "retries"),
    retryDelayMs: (task, attempt) =>
      typeof retryDelayMs === "number"
        ? Math.min(retryDelayMs * 2 ** (attempt - 1), Math.max(retryDelayMs, MAX_RETRY_DELAY_MS))
        : atLeastZero(retryDelayMs(task, attempt), "retryDelayMs"),
    now: options.now ?? (() => performance.now()),
    setTimer: options.setTimer ?? setNodeTimer,
    onEvent: options.onEvent,
    onListenerError: options.onListenerError,
  };
}

function atLeastZero(value: number, option: string): number {
  if (value >= 0) return value;
  throw new RangeError(`Cannot execute: \`${option}\` must be at least 0, got ${show(value)}`);
}

function setNodeTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}

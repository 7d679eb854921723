import type { Task } from "../task.ts";
import type { Wait } from "../waits.ts";

/**
 * How a task ended. Times are milliseconds since the execution began; `startedMs` is that of the first attempt. `attempts` counts how often the
 * function was started.
 */
export type TaskOutcome<T, Id extends string = string> =
  | {
      readonly status: "succeeded";
      readonly value: T;
      readonly startedMs: number;
      readonly finishedMs: number;
      readonly attempts: number;
    }
  | {
      readonly status: "failed";
      /** What the last attempt threw or rejected with; not necessarily an Error. */
      readonly error: unknown;
      readonly startedMs: number;
      readonly finishedMs: number;
      readonly attempts: number;
    }
  | {
      readonly status: "timed-out";
      readonly timeoutMs: number;
      /** The function had not settled when the grace was over: it may still be running, its slot has been given away. */
      readonly abandoned: boolean;
      readonly startedMs: number;
      readonly finishedMs: number;
      readonly attempts: number;
    }
  | {
      readonly status: "cancelled";
      /**
       * `aborted`: the signal of the execution. `failure`: another task failed and nothing new was to start. `dependency`: something it needs,
       * perhaps indirectly, did not succeed. `requested`: `cancel()` was called for it.
       */
      readonly because: "aborted" | "failure" | "dependency" | "requested";
      /** The task that began it: the one that failed, timed out or was cancelled, for `failure` and `dependency`. */
      readonly dependency?: Id | undefined;
      readonly abandoned: boolean;
      /** Undefined when it never started. */
      readonly startedMs?: number | undefined;
      readonly finishedMs: number;
      readonly attempts: number;
    }
  | {
      /** `withdraw()` took it out before it had started: neither a success nor a failure, and nobody waits for it. */
      readonly status: "withdrawn";
      readonly finishedMs: number;
      readonly attempts: 0;
      readonly startedMs?: undefined;
    };

/** What happens while an execution runs, with the time in milliseconds since it began. */
export type ExecutionEvent<Id extends string = string, T = unknown> =
  | { readonly type: "added"; readonly atMs: number; readonly id: Id }
  | {
      readonly type: "started";
      readonly atMs: number;
      readonly id: Id;
      /** From 1. */
      readonly attempt: number;
      /** Parallel place, from 0. */
      readonly slot: number;
    }
  | {
      /** Its signal was aborted; it has until the end of the grace to settle. */
      readonly type: "stopping";
      readonly atMs: number;
      readonly id: Id;
      readonly because: "timed-out" | "aborted" | "requested";
    }
  | {
      /** An attempt failed, and another one follows after the delay. */
      readonly type: "retried";
      readonly atMs: number;
      readonly id: Id;
      /** The attempt that failed. */
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: unknown;
    }
  | {
      /** `update()` was called for it; only what it changed is there. */
      readonly type: "updated";
      readonly atMs: number;
      readonly id: Id;
      /** All that it demands from now on, not only what changed. */
      readonly demand?: Readonly<Record<string, number>> | undefined;
      readonly priority?: number | undefined;
      readonly durationMs?: number | undefined;
    }
  | {
      /** Durations or tasks have left the plan, and what is still to do was ordered anew. */
      readonly type: "replanned";
      readonly atMs: number;
      /** `plan`: a new plan was made for it. `tail`: there was no time for that; the longest remaining path goes first from now on. */
      readonly by: "plan" | "tail";
      /** When all will have ended by the new plan, in milliseconds since the execution began; undefined without one. */
      readonly makespanMs?: number | undefined;
    }
  | { readonly type: "settled"; readonly atMs: number; readonly id: Id; readonly outcome: TaskOutcome<T, Id> }
  | { readonly type: "finished"; readonly atMs: number };

/** What came of an execution: every task, and how it ended. */
export interface ExecutionResult<Id extends string = string, T = unknown> {
  /** Every task, in the order of declaration and then of adding, with what `update()` made of it. */
  readonly tasks: readonly Task<Id>[];
  /** One outcome for every task, in the same order. */
  readonly outcomes: ReadonlyMap<Id, TaskOutcome<T, Id>>;
  /**
   * For every task that started and did not start at once, or not again at once, what it waited for, oldest first. What lies before its
   * `startedMs` is why it did not start earlier.
   */
  readonly waits: ReadonlyMap<Id, readonly Wait[]>;
  /** Every task succeeded, but for those that were withdrawn. */
  readonly ok: boolean;
  /** From the beginning to the last outcome. */
  readonly makespanMs: number;
}

import type { Wait } from "./waits.ts";

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
  | { readonly type: "settled"; readonly atMs: number; readonly id: Id; readonly outcome: TaskOutcome<T, Id> }
  | { readonly type: "finished"; readonly atMs: number };

export interface ExecutionResult<Id extends string = string, T = unknown> {
  /** One outcome for every task, in the order of declaration. */
  readonly outcomes: ReadonlyMap<Id, TaskOutcome<T, Id>>;
  /** For every task that started and did not start at once, what it waited for, oldest first, until its first start. */
  readonly waits: ReadonlyMap<Id, readonly Wait[]>;
  /** Every task succeeded. */
  readonly ok: boolean;
  /** From the beginning to the last outcome. */
  readonly makespanMs: number;
}

/** What the function that runs a task is told beside the task. */
export interface TaskContext {
  /** Aborted when the task times out or is cancelled; the function should then settle soon. Made when it is first asked for. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
}

/** Why a running attempt is being stopped. */
export type Stop =
  | { readonly because: "timed-out"; readonly timeoutMs: number }
  | { readonly because: "aborted" | "requested" };

/** How the function of an attempt has settled. */
export type Answer = "none" | "fulfilled" | "rejected";

/** One start of a task's function. */
export class Attempt implements TaskContext {
  readonly task: number;
  readonly attempt: number;
  readonly startedMs: number;
  /** Set once its outcome is decided; whatever the function does afterwards is ignored. */
  isDone = false;
  answer: Answer = "none";
  /** What it answered, or what it threw. */
  value: unknown = undefined;
  stop: Stop | undefined = undefined;
  clearTimer: (() => void) | undefined = undefined;
  // Plain fields: private ones cost more than the rest of the constructor.
  private controller: AbortController | undefined = undefined;
  private reason: unknown = undefined;

  constructor(task: number, attempt: number, startedMs: number) {
    this.task = task;
    this.attempt = attempt;
    this.startedMs = startedMs;
  }

  // An AbortController costs more than all else in starting a task, and many functions never look at the signal.
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.stop !== undefined) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  abort(stop: Stop, reason: unknown): void {
    this.stop = stop;
    this.reason = reason;
    this.controller?.abort(reason);
  }
}

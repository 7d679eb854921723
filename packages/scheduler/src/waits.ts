/** A span of time in which a task that later started could not start, and why. Times are milliseconds since the execution began. */
export interface Wait {
  /**
   * `need`: a task it needs had not finished. `resource`: too little of a resource was free, or it was reserved for a task that had waited too
   * long. `group`: another task of its group ran. `slot`: as many tasks ran as may run at once. `batch`: with the strategy 'batches', an earlier
   * level had not finished.
   */
  readonly cause: "need" | "resource" | "group" | "slot" | "batch";
  /** The last need to finish, the name of the resource or group, `"slot"`, or the number of the level. */
  readonly on: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Collects the waits of each task: at any time a task waits for one thing, the one that turned it away when it was last considered. */
export class WaitLog {
  readonly #waits: (Wait[] | undefined)[] = [];
  readonly #cause: (Wait["cause"] | undefined)[] = [];
  readonly #on: string[] = [];
  readonly #sinceMs: number[] = [];

  /** From now on the task waits for this. */
  open(task: number, cause: Wait["cause"], on: string, nowMs: number): void {
    if (this.#cause[task] === cause && this.#on[task] === on) return;
    this.close(task, nowMs);
    this.#cause[task] = cause;
    this.#on[task] = on;
    this.#sinceMs[task] = nowMs;
  }

  /** The task waits no longer. A wait that took no time is not kept. */
  close(task: number, nowMs: number): void {
    const cause = this.#cause[task];
    if (cause === undefined) return;
    this.#cause[task] = undefined;
    const fromMs = this.#sinceMs[task] as number;
    if (nowMs > fromMs) this.record(task, { cause, on: this.#on[task] as string, fromMs, toMs: nowMs });
  }

  record(task: number, wait: Wait): void {
    const waits = (this.#waits[task] ??= []);
    const last = waits.at(-1);
    // Called forward and turned away again by the same thing: one wait.
    if (last !== undefined && last.cause === wait.cause && last.on === wait.on && last.toMs === wait.fromMs) {
      waits[waits.length - 1] = { ...last, toMs: wait.toMs };
    } else waits.push(wait);
  }

  /** What is known of a task, oldest first. */
  of(task: number): readonly Wait[] {
    return this.#waits[task] ?? [];
  }
}

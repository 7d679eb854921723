/** A span of time in which a task could not start, or not start again, and why. Times are milliseconds since the execution began. */
export interface Wait {
  /**
   * `need`: a task it needs had not finished. `resource`: too little of a resource was free, or it was reserved for a task that had waited too
   * long. `group`: another task of its group ran. `slot`: as many tasks ran as may run at once. `batch`: with the strategy 'batches', an earlier
   * level had not finished. `plan`: it would have fitted, but the plan has something better for what it would have taken. `retry`: the pause
   * after an attempt that failed.
   */
  readonly cause: "need" | "resource" | "group" | "slot" | "batch" | "plan" | "retry";
  /**
   * The last need to finish, the name of the resource or group, `"slot"`, the number of the level, `"plan"`, or the number of the attempt that
   * failed.
   */
  readonly on: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const NONE: readonly Wait[] = [];

/**
 * Collects the waits of each task: at any time a task waits for one thing, the one that turned it away when it was last considered. They are
 * linked lists in flat arrays, for most are never read.
 */
export class WaitLog {
  /** The wait of a task until it is ready: nearly every task has one, so it has a place of its own. The end is -1 where there is none. */
  readonly #knownSinceMs: number[] = [];
  readonly #readyMs: number[] = [];
  readonly #readyBy: string[] = [];
  readonly #readyCause: Wait["cause"];
  readonly #cause: (Wait["cause"] | undefined)[] = [];
  readonly #on: string[] = [];
  readonly #sinceMs: number[] = [];
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #causeAt: Wait["cause"][] = [];
  readonly #onAt: string[] = [];
  readonly #fromMsAt: number[] = [];
  readonly #toMsAt: number[] = [];
  readonly #nextAt: number[] = [];

  /** @param readyCause What tasks wait for before they are ready. */
  constructor(readyCause: "need" | "batch" = "need") {
    this.#readyCause = readyCause;
  }

  /** Makes the next task known. */
  register(): void {
    this.#knownSinceMs.push(0);
    this.#readyMs.push(-1);
    this.#readyBy.push("");
    this.#cause.push(undefined);
    this.#on.push("");
    this.#sinceMs.push(0);
    this.#first.push(-1);
    this.#last.push(-1);
  }

  /** The task was added later. */
  knowSince(task: number, nowMs: number): void {
    this.#knownSinceMs[task] = nowMs;
  }

  /** The task is ready. */
  endReady(task: number, by: string, nowMs: number): void {
    if (nowMs <= (this.#knownSinceMs[task] as number)) return;
    this.#readyMs[task] = nowMs;
    this.#readyBy[task] = by;
  }

  /** From now on the task waits for this. */
  open(task: number, cause: Wait["cause"], on: string, nowMs: number): void {
    const current = this.#cause[task];
    if (current !== undefined) {
      if (current === cause && this.#on[task] === on) return;
      this.close(task, nowMs);
    }
    this.#cause[task] = cause;
    this.#on[task] = on;
    this.#sinceMs[task] = nowMs;
  }

  /** What the task has begun to wait for is, on a closer look, this. */
  rename(task: number, cause: Wait["cause"], on: string): void {
    this.#cause[task] = cause;
    this.#on[task] = on;
  }

  /** The task waits no longer. A wait that took no time is not kept. */
  close(task: number, nowMs: number): void {
    const cause = this.#cause[task];
    if (cause === undefined) return;
    this.#cause[task] = undefined;
    const fromMs = this.#sinceMs[task] as number;
    if (nowMs > fromMs) this.#record(task, cause, this.#on[task] as string, fromMs, nowMs);
  }

  #record(task: number, cause: Wait["cause"], on: string, fromMs: number, toMs: number): void {
    const last = this.#last[task] as number;
    // Called forward and turned away again by the same thing: one wait.
    if (last >= 0 && this.#toMsAt[last] === fromMs && this.#causeAt[last] === cause && this.#onAt[last] === on) {
      this.#toMsAt[last] = toMs;
      return;
    }
    const entry = this.#causeAt.length;
    this.#causeAt.push(cause);
    this.#onAt.push(on);
    this.#fromMsAt.push(fromMs);
    this.#toMsAt.push(toMs);
    this.#nextAt.push(-1);
    if (last < 0) this.#first[task] = entry;
    else this.#nextAt[last] = entry;
    this.#last[task] = entry;
  }

  /** What is known of a task, oldest first. */
  of(task: number): readonly Wait[] {
    let entry = this.#first[task] ?? -1;
    const readyMs = this.#readyMs[task] ?? -1;
    if (entry < 0 && readyMs < 0) return NONE;
    const waits: Wait[] = [];
    if (readyMs >= 0) {
      const fromMs = this.#knownSinceMs[task] as number;
      waits.push({ cause: this.#readyCause, on: this.#readyBy[task] as string, fromMs, toMs: readyMs });
    }
    for (; entry >= 0; entry = this.#nextAt[entry] as number) {
      waits.push({
        cause: this.#causeAt[entry] as Wait["cause"],
        on: this.#onAt[entry] as string,
        fromMs: this.#fromMsAt[entry] as number,
        toMs: this.#toMsAt[entry] as number,
      });
    }
    return waits;
  }
}

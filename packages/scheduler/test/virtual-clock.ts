interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until everything has reacted, then jumps to the next timer. Executions run on it without sleeping. */
export class VirtualClock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  readonly now = (): number => this.#nowMs;

  readonly setTimer = (callback: () => void, delayMs: number): (() => void) => {
    const timer: Timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Timers that have neither fired nor been cleared. */
  get pending(): number {
    return this.#timers.size;
  }

  /** A promise that fulfils after a time, or rejects with the reason of the signal as soon as it is aborted. */
  readonly delay = async (delayMs: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const clear = this.setTimer(resolve, delayMs);
      signal?.addEventListener("abort", () => {
        clear();
        reject(signal.reason as Error);
      });
    });
  };

  /** Lets time pass until the promise settles, and gives what it gave. Fails when nothing is left that could settle it. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      // A turn of the event loop: every promise reaction that is due has run.
      await new Promise((resolve) => setImmediate(resolve));
      if (isSettled) return promise;
      let next: Timer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
      if (next === undefined) throw new Error("Nothing is pending, and the promise has not settled");
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
  }
}

/** A clock that stands still until everything has reacted, then jumps to the next timer: executions of hours take milliseconds on it. */
export class VirtualClock {
  #nowMs = 0;
  /** @type {{ atMs: number, callback: () => void }[]} By time, the next one last. */
  #timers = [];

  now = () => this.#nowMs;

  setTimer = (callback, delayMs) => {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1].atMs <= timer.atMs) place -= 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  };

  delay = (delayMs) => new Promise((resolve) => this.setTimer(resolve, delayMs));

  /** Lets time pass until the promise settles. All timers of a moment fire before anything reacts. */
  async until(promise) {
    let isSettled = false;
    const settled = () => (isSettled = true);
    promise.then(settled, settled);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isSettled) return promise;
      const next = this.#timers.at(-1);
      if (next === undefined) throw new Error("Cannot go on: nothing is pending, and the promise has not settled");
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      while (this.#timers.at(-1)?.atMs === next.atMs) this.#timers.pop()?.callback();
    }
  }
}

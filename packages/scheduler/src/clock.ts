/**
 * Time since a beginning, read from a clock of the caller. A reading that is not a number, or goes back, or fails, counts as the one before it:
 * time stands still until the clock has caught up.
 */
export class Clock {
  readonly #now: () => number;
  #originMs = 0;
  #lastMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** From here on time is counted; it is 0 until then. */
  begin(): void {
    this.#originMs = this.#now();
  }

  /** The last reading. */
  get ms(): number {
    return this.#lastMs;
  }

  /** Reads the clock. */
  read(): number {
    let ms: number;
    try {
      ms = this.#now() - this.#originMs;
    } catch {
      return this.#lastMs;
    }
    // False for NaN as well.
    if (ms > this.#lastMs && ms < Infinity) this.#lastMs = ms;
    return this.#lastMs;
  }
}

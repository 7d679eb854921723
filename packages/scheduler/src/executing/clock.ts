/**
 * Time since a beginning, read from a clock of the caller. A reading that is not a number, or goes back, or fails, counts as the one before it:
 * time stands still until the clock has caught up.
 */
export class Clock {
  readonly #now: () => number;
  /** The reading at the beginning; NaN until there has been a usable one. */
  #originMs = Number.NaN;
  #lastMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** From here on time is counted; it is 0 until then. */
  begin(): void {
    this.#originMs = this.#reading();
  }

  /** The last reading. */
  get ms(): number {
    return this.#lastMs;
  }

  /** Reads the clock. */
  read(): number {
    const reading = this.#reading();
    const ms = reading - this.#originMs;
    // False for NaN as well.
    if (ms > this.#lastMs) this.#lastMs = ms;
    else if (Number.isNaN(this.#originMs)) this.#originMs = reading;
    return this.#lastMs;
  }

  #reading(): number {
    try {
      const reading = this.#now();
      return Number.isFinite(reading) ? reading : Number.NaN;
    } catch {
      return Number.NaN;
    }
  }
}

/** The scale reaches from -32 to 32: e^32 seconds are more than a million years, and ratios fit as well. */
const LOWEST = -32;
const BIN_WIDTH = 0.01;
const BINS = 6401;
const HIGHEST_POWER_OF_TWO = 4096;

/**
 * Counts on a fixed scale of hundredths of a natural logarithm, so that a quantile is right to half a percent. Adding, removing and
 * finding a quantile are O(log bins).
 *
 * Source: P. M. Fenwick, "A new data structure for cumulative frequency tables", Software: Practice and Experience 24 (1994).
 */
export class LogHistogram {
  readonly #tree = new Int32Array(BINS + 1);
  #count = 0;

  /** How many values it holds. */
  get count(): number {
    return this.#count;
  }

  add(log: number): void {
    this.#change(log, 1);
  }

  /** Take out a value that was added before. */
  remove(log: number): void {
    this.#change(log, -1);
  }

  /** The value with `rank` (from 1) in ascending order; ranks outside are held to the ends. `undefined` when empty. */
  atRank(rank: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = Math.min(Math.max(Math.ceil(rank), 1), this.#count);
    let bin = 0;
    for (let step = HIGHEST_POWER_OF_TWO; step > 0; step >>= 1) {
      const next = bin + step;
      if (next <= BINS && this.#tree[next]! < left) {
        left -= this.#tree[next]!;
        bin = next;
      }
    }
    return LOWEST + bin * BIN_WIDTH;
  }

  #change(log: number, by: number): void {
    this.#count += by;
    const bin = Math.min(Math.max(Math.round((log - LOWEST) / BIN_WIDTH), 0), BINS - 1);
    for (let node = bin + 1; node <= BINS; node += node & -node) this.#tree[node]! += by;
  }
}

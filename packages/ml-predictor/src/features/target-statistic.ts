/** A level weighs as much as all levels together once it was met this often. */
const PRIOR_COUNT = 5;

/**
 * A category as a number: the mean of what was observed with its level so far, drawn to the mean of all levels. A row is described before
 * its own outcome is added, so that no row sees itself; a level never met is what all levels are together.
 *
 * Source: L. Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", NeurIPS 31 (2018), ordered target statistics.
 */
export class TargetStatistic {
  readonly #levels = new Map<string, { sum: number; count: number }>();
  #sum = 0;
  #count = 0;

  /** The number that stands for `level`; NaN before anything was added. O(1). */
  of(level: string): number {
    if (this.#count === 0) return Number.NaN;
    const common = this.#sum / this.#count;
    const own = this.#levels.get(level);
    return own === undefined ? common : (own.sum + PRIOR_COUNT * common) / (own.count + PRIOR_COUNT);
  }

  /** `target` was observed with `level`. O(1). */
  add(level: string, target: number): void {
    this.#sum += target;
    this.#count += 1;
    const own = this.#levels.get(level);
    if (own === undefined) this.#levels.set(level, { sum: target, count: 1 });
    else {
      own.sum += target;
      own.count += 1;
    }
  }
}

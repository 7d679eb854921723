import { LogHistogram } from "./log-histogram.ts";
import { fromLog, toLog } from "./log-ratio.ts";

/** How many of a step's latest ratios count: enough for a ninetieth percentile, few enough to follow a change. */
const WINDOW = 50;
/** A step's own ratios weigh as much as everybody's once it has this many. */
const STEP_WEIGHT = 20;
/** Everybody's ratios outweigh {@link UNKNOWN_RATIO_LOG} once there are this many. */
const POOL_WEIGHT = 5;
/** Without any ratio, twice the prediction: a convention, not a measurement. */
const UNKNOWN_RATIO_LOG = Math.log(2);

/** How fast the rank asked for follows what held: a run in which no bound held moves it by this times `level`. */
const FOLLOWING = 0.15;
/** A run of fewer outcomes moves it less, in proportion. */
const FULL_RUN = 5;
const LOWEST_RANK = 0.5;
const HIGHEST_RANK = 0.995;

/** Bounds from how far earlier predictions were off. */
export interface RatioQuantile {
  /**
   * Record that `predictedSeconds`, made beforehand, turned out as `actualSeconds`. O(log n).
   * @param leastSeconds - as it was given to `bound`
   */
  add(step: string, predictedSeconds: number, actualSeconds: number, leastSeconds?: number): void;
  /**
   * The bound, in seconds, that should hold in `level` of cases. O(log n).
   * @param leastSeconds - what the bound is never below, by default the prediction
   */
  bound(step: string, predictedSeconds: number, leastSeconds?: number): number;
  /** The natural logarithm of the ratio by which `bound` multiplies now; a step that is not known gets that of all steps. O(log n). */
  ratioOf(step: string): number;
  /**
   * A run is over: if its bounds held more often than `level`, the next ones are lower, and the other way round. Where this is never called, bounds
   * are those of the ratios alone.
   */
  endRun(): void;
}

/**
 * An upper bound for any predictor from the ratios of outcome to prediction it has shown so far: the ⌈(n + 1) · level⌉-th smallest
 * ratio, as in split conformal prediction. The step's last 50 ratios and those of all steps are blended on the logarithmic scale,
 * n/(n + 20) to the step's own, because a step with few runs cannot know its tail. From run to run the rank is moved by how often
 * bounds held of late, since predictors get better with history, and histories change.
 *
 * Source: J. Lei, M. G'Sell, A. Rinaldo, R. Tibshirani, L. Wasserman, "Distribution-free predictive inference for regression",
 * JASA 113 (2018). Its guarantee asks for exchangeable rows, which a history is not: the coverage is therefore measured in the
 * back-test rather than promised. For the moved rank I. Gibbs, E. Candès, "Adaptive conformal inference under distribution shift",
 * NeurIPS 34 (2021).
 *
 * @param level - Share of outcomes to lie at or below the bound, above 0 and below 1.
 * @throws RangeError when `level` is not between 0 and 1.
 */
export function createRatioQuantile(level: number): RatioQuantile {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot create a ratio quantile: \`level\` must be above 0 and below 1, got ${level}`);
  }
  const pool = new LogHistogram();
  const steps = new Map<string, SortedWindow>();
  let rank = level;
  let rows = 0;
  let held = 0;

  function ratioOf(step: string): number {
    const common = blend(pool.atRank((pool.count + 1) * rank), pool.count, UNKNOWN_RATIO_LOG, POOL_WEIGHT);
    const own = steps.get(step);
    return own === undefined ? common : blend(own.atRank((own.count + 1) * rank), own.count, common, STEP_WEIGHT);
  }

  const bound = (step: string, predictedSeconds: number, leastSeconds: number): number =>
    boundBy(ratioOf(step), predictedSeconds, leastSeconds);

  return {
    add(step, predictedSeconds, actualSeconds, leastSeconds = predictedSeconds) {
      rows += 1;
      if (actualSeconds <= bound(step, predictedSeconds, leastSeconds)) held += 1;
      const ratio = toLog(actualSeconds) - toLog(predictedSeconds);
      pool.add(ratio);
      let own = steps.get(step);
      if (own === undefined) steps.set(step, (own = new SortedWindow(WINDOW)));
      own.add(ratio);
    },
    bound: (step, predictedSeconds, leastSeconds = predictedSeconds) => bound(step, predictedSeconds, leastSeconds),
    ratioOf,
    endRun() {
      if (rows > 0) {
        const moved = rank + FOLLOWING * Math.min(1, rows / FULL_RUN) * (level - held / rows);
        rank = Math.min(Math.max(moved, Math.min(level, LOWEST_RANK)), Math.max(level, HIGHEST_RANK));
      }
      rows = 0;
      held = 0;
    },
  };
}

/** What a ratio (its natural logarithm) makes of a prediction; never below `leastSeconds`. */
export function boundBy(ratioLog: number, predictedSeconds: number, leastSeconds: number): number {
  return Math.max(leastSeconds, ratioLog === 0 ? predictedSeconds : fromLog(toLog(predictedSeconds) + ratioLog));
}

function blend(own: number | undefined, count: number, other: number, otherWeight: number): number {
  return own === undefined ? other : (count * own + otherWeight * other) / (count + otherWeight);
}

/** The latest values, kept sorted. */
class SortedWindow {
  readonly #size: number;
  readonly #arrived: number[] = [];
  readonly #sorted: number[] = [];
  #oldest = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get count(): number {
    return this.#sorted.length;
  }

  add(value: number): void {
    if (this.#arrived.length < this.#size) this.#arrived.push(value);
    else {
      this.#sorted.splice(this.#placeOf(this.#arrived[this.#oldest]!), 1);
      this.#arrived[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#size;
    }
    this.#sorted.splice(this.#placeOf(value), 0, value);
  }

  atRank(rank: number): number | undefined {
    return this.#sorted[Math.min(Math.ceil(rank), this.#sorted.length) - 1];
  }

  /** First place whose value is not below `value`. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

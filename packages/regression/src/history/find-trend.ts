import { median } from "../statistics/median.ts";
import { normalQuantile } from "../statistics/signed-rank.ts";

/** What {@link findTrend} says. */
export interface Trend {
  /** `rising` or `falling` when the interval of the slope leaves out 0; `unknown` below 8 values. */
  readonly direction: "rising" | "falling" | "steady" | "unknown";
  /** Factor from one value to the next: 1.01 is 1 % more each time. NaN below 2 values. */
  readonly factor: number;
  /** Ends of the interval of the factor; NaN below 8 values. */
  readonly low: number;
  readonly high: number;
  /** Values used. */
  readonly count: number;
}

/** Options of {@link findTrend}. */
export interface TrendOptions {
  /**
   * Chance that the interval holds the true slope, 0.5 up to but not including 1.
   * @defaultValue 0.99
   */
  readonly confidence?: number | undefined;
  /**
   * Latest values that count, 2 to 2,000.
   * @defaultValue 100
   */
  readonly window?: number | undefined;
}

const FEWEST = 8;

/**
 * The steady growth of durations, by the median of the slopes between all pairs of logarithms, with the interval that belongs to
 * Kendall's rank correlation. Up to 29 % of the values may be arbitrarily wrong. Values that are no positive number are left out but keep
 * their place. A single step in level looks like a trend: {@link findChangePoints} tells the two apart. O(n² log n).
 *
 * Sources: H. Theil, "A rank-invariant method of linear and polynomial regression analysis", Indagationes Mathematicae 12 (1950);
 * P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).
 *
 * @param durations - Oldest first, in any unit, evenly spaced (one a run).
 * @throws RangeError when an option is out of range.
 */
export function findTrend(durations: Iterable<number>, options: TrendOptions = {}): Trend {
  const { confidence = 0.99, window = 100 } = options;
  if (!(confidence >= 0.5 && confidence < 1)) {
    throw new RangeError(`Cannot find a trend: \`confidence\` must be at least 0.5 and below 1, got ${confidence}`);
  }
  if (!(Number.isInteger(window) && window >= 2 && window <= 2_000)) {
    throw new RangeError(`Cannot find a trend: \`window\` must be a whole number from 2 to 2000, got ${window}`);
  }
  const points = [...durations]
    .slice(-window)
    .map((value, place) => ({ place, log: Math.log(value), usable: Number.isFinite(value) && value > 0 }))
    .filter(({ usable }) => usable);
  const slopes = Float64Array.from(
    points.flatMap((left, index) =>
      points.slice(index + 1).map((right) => (right.log - left.log) / (right.place - left.place)),
    ),
  ).sort();
  const count = points.length;
  const factor = Math.exp(median(slopes));
  if (count < FEWEST) return { direction: "unknown", factor, low: Number.NaN, high: Number.NaN, count };
  const spread = normalQuantile((1 - confidence) / 2) * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const from = Math.max(0, Math.floor((slopes.length - spread) / 2));
  const low = Math.exp(slopes[from]!);
  const high = Math.exp(slopes[slopes.length - 1 - from]!);
  return { direction: low > 1 ? "rising" : high < 1 ? "falling" : "steady", factor, low, high, count };
}

import { median } from "../statistics/median.ts";
import { rankSumPValue } from "../statistics/rank-sum.ts";

/** What must hold before durations count as degraded. */
export interface DegradationRule {
  /** The change must exceed this many percent. */
  readonly minChangePercent: number;
  /** Winsorised t of the difference of logarithms must exceed this. */
  readonly minT: number;
  /** The chance that the order of the durations is pure chance may be at most this; 1 leaves it out. */
  readonly maxPValue: number;
}

/** For one series, or a few: more than 12 %, t above 3.3. Measured in benchmarks/regression. */
export const FEW_SERIES: DegradationRule = { minChangePercent: 12, minT: 3.3, maxPValue: 1 };

/**
 * For hundreds of series at once, where what happens once in 10,000 happens in each run: more than 36 %, and hardly any later duration
 * below an earlier one.
 */
export const MANY_SERIES: DegradationRule = { minChangePercent: 36, minT: 3.3, maxPValue: 0.0013 };

/** Up to so many series {@link FEW_SERIES} alarms in about one of a hundred runs in all: in 0.09 of a hundred for each. */
const FEW = 10;

/** The rule for watching so many series at once: {@link FEW_SERIES} up to 10, else {@link MANY_SERIES}. */
export function chooseDegradationRule(seriesCount: number): DegradationRule {
  return seriesCount > FEW ? MANY_SERIES : FEW_SERIES;
}

/** Options of {@link findDegradation}. */
export interface DegradationOptions {
  /**
   * Latest durations that are judged, 3 to 10.
   * @defaultValue 5
   */
  readonly recent?: number | undefined;
  /**
   * Durations before them that they are judged by, 10 to 100.
   * @defaultValue 30
   */
  readonly previous?: number | undefined;
  /**
   * What must hold; also any part of it.
   * @defaultValue {@link FEW_SERIES}
   */
  readonly rule?: Partial<DegradationRule> | undefined;
}

/** What {@link findDegradation} says. */
export type Degradation =
  /** Too few durations yet; `missing` more are needed. */
  | { readonly status: "learning"; readonly missing: number }
  | {
      /** `degraded`, `improved` by the same rule turned round, or neither. */
      readonly status: "degraded" | "improved" | "steady";
      /** Median of the previous durations, in their unit. */
      readonly before: number;
      /** Median of the recent durations. */
      readonly after: number;
      /** Ratio of the winsorised geometric means of recent over previous: 1.5 is 50 % more. */
      readonly ratio: number;
      /** Winsorised t of that ratio's logarithm. */
      readonly t: number;
      /** Rank-sum p-value in the direction of the change. */
      readonly pValue: number;
    };

/** Below this standard error t is not to be believed: equal durations have come from a coarse clock. */
const MIN_STANDARD_ERROR = 0.001;

/**
 * Whether the last durations of a series are longer than those before, as told by Welch's t of the winsorised logarithms: a tenth of
 * the values at each end (of five, one) is drawn to its neighbour, so that a single disturbed run neither raises an alarm nor hides one.
 * Give it like with like ({@link groupSeries}). Values that are no positive number are left out. O(n log n).
 *
 * Sources: K. K. Yuen, "The two-sample trimmed t for unequal population variances", Biometrika 61 (1974), for t with winsorised
 * variances; Mann and Whitney 1947 for the rank sum.
 *
 * @param durations - Oldest first, in any unit.
 * @throws RangeError when an option is out of range.
 */
export function findDegradation(durations: Iterable<number>, options: DegradationOptions = {}): Degradation {
  const { recent = 5, previous = 30 } = options;
  const rule = { ...FEW_SERIES, ...options.rule };
  checkOptions(recent, previous, rule);
  const usable = [...durations].filter((value) => Number.isFinite(value) && value > 0);
  const missing = recent + previous - usable.length;
  if (missing > 0) return { status: "learning", missing };
  const window = usable.slice(-recent - previous);
  const earlier = window.slice(0, previous);
  const later = window.slice(previous);
  const [old, now] = [summarise(earlier.map(Math.log)), summarise(later.map(Math.log))];
  const change = now.mean - old.mean;
  const t = change / Math.max(MIN_STANDARD_ERROR, Math.sqrt(now.errorSquared + old.errorSquared));
  const pValue = change >= 0 ? rankSumPValue(earlier, later) : rankSumPValue(earlier.map(minus), later.map(minus));
  const clear =
    Math.abs(change) > Math.log1p(rule.minChangePercent / 100) && Math.abs(t) > rule.minT && pValue <= rule.maxPValue;
  return {
    status: clear ? (change > 0 ? "degraded" : "improved") : "steady",
    before: median(earlier),
    after: median(later),
    ratio: Math.exp(change),
    t,
    pValue,
  };
}

function minus(value: number): number {
  return -value;
}

/** Winsorised mean, and the square of its standard error after Yuen. */
function summarise(values: readonly number[]): { readonly mean: number; readonly errorSquared: number } {
  const sorted = Float64Array.from(values).sort();
  const drawn = Math.max(1, Math.floor(sorted.length / 10));
  const last = sorted.length - 1;
  for (let place = 0; place < drawn; place += 1) {
    sorted[place] = sorted[drawn]!;
    sorted[last - place] = sorted[last - drawn]!;
  }
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const kept = sorted.length - 2 * drawn;
  return { mean, errorSquared: kept < 2 ? squares : squares / (kept * (kept - 1)) };
}

function checkOptions(recent: number, previous: number, rule: DegradationRule): void {
  if (!(Number.isInteger(recent) && recent >= 3 && recent <= 10)) {
    throw new RangeError(`Cannot find a degradation: \`recent\` must be a whole number from 3 to 10, got ${recent}`);
  }
  if (!(Number.isInteger(previous) && previous >= 10 && previous <= 100)) {
    throw new RangeError(
      `Cannot find a degradation: \`previous\` must be a whole number from 10 to 100, got ${previous}`,
    );
  }
  for (const name of ["minChangePercent", "minT", "maxPValue"] as const) {
    if (!(rule[name] >= 0)) {
      throw new RangeError(`Cannot find a degradation: \`rule.${name}\` must be at least 0, got ${rule[name]}`);
    }
  }
}

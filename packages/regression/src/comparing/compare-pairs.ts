import { median } from "../statistics/median.ts";
import { intervalRank } from "../statistics/signed-rank.ts";
import { intervalOf, type IntervalMethod } from "./log-ratio-interval.ts";
import { logRatio, MEASURES, type Measure, type Pair, type UnusableReason } from "./measurement.ts";

/** A logarithm of a ratio this close to 0 is 0: what is nearer comes from rounding. */
const ROUNDING = 1e-9;

/** What a comparison says. */
export type Verdict =
  /** The interval lies below 1, and not wholly within the threshold. */
  | "faster"
  /** The interval lies above 1, and not wholly within the threshold. */
  | "slower"
  /** The whole interval lies within the threshold: no difference that matters, shown and not just not found. */
  | "same"
  /** The interval holds 1 and reaches beyond the threshold, or there are too few pairs for one. */
  | "inconclusive";

/** What the pairs say about one measure. */
export interface MeasureComparison {
  readonly measure: Measure;
  /** Pairs that could be used. */
  readonly pairs: number;
  /** Pairs that could not, by reason; reasons without pairs are absent. */
  readonly setAside: Readonly<Partial<Record<UnusableReason, number>>>;
  /** Median of the baseline over the pairs used, in the measure's unit; `undefined` without pairs. */
  readonly baseline: number | undefined;
  /** Median of what was compared. */
  readonly compare: number | undefined;
  /** Hodges-Lehmann estimate of compare over baseline: 1.2 is 20 % more. `undefined` without an interval. */
  readonly ratio: number | undefined;
  /** Lower end of the interval of the ratio. */
  readonly low: number | undefined;
  /** Upper end of the interval of the ratio. */
  readonly high: number | undefined;
  readonly verdict: Verdict;
  /**
   * When inconclusive: about how many further pairs would decide, should the estimate and the noise stay as they are (the interval
   * shrinks with the root of the number). An estimate from noise, often off by a factor of two; else 0.
   */
  readonly furtherPairs: number;
}

/** What {@link comparePairs} gives. */
export interface Comparison {
  /** The verdict on the first of the measures for which there is any pair; the other measures are for information. */
  readonly verdict: Verdict;
  /** The measure that decided; `undefined` when none was measured. */
  readonly decidedBy: Measure | undefined;
  /** In percent, as given. */
  readonly thresholdPercent: number;
  /** As given. */
  readonly confidence: number;
  readonly measures: readonly MeasureComparison[];
}

/** Options of {@link comparePairs}. */
export interface CompareOptions {
  /**
   * Differences up to this many percent do not matter; above 0. 10 stands for ratios from 1/1.1 to 1.1.
   * @defaultValue 10
   */
  readonly thresholdPercent?: number | undefined;
  /**
   * Chance that an interval holds the true ratio, 0.5 up to but not including 1. `faster` or `slower` where there is no difference,
   * and `same` where there is one at the threshold, come with a chance of at most half of what is missing to 1.
   * @defaultValue 0.9
   */
  readonly confidence?: number | undefined;
  /**
   * What to compare; the first that was measured decides.
   * @defaultValue CPU time, wall time, peak memory
   */
  readonly measures?: readonly Measure[] | undefined;
  /**
   * `signed-rank` inverts Wilcoxon's test: exact for any number of pairs as long as ratios scatter symmetrically on the logarithmic
   * scale. `bootstrap` takes percentiles of 2,000 redrawn estimates: no symmetry needed, but too narrow below about 15 pairs.
   * @defaultValue "signed-rank"
   */
  readonly interval?: IntervalMethod | undefined;
  /**
   * Seed of the bootstrap, a whole number.
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
}

/**
 * What pairs of measurements say about the ratio of compare to baseline: paired Hodges-Lehmann estimate of the logarithm of the
 * ratio, an interval around it, and a verdict that is `inconclusive` rather than a guess. Pairs with a value that is no positive
 * number are set aside and counted. Exchanging the arms turns the ratio over, and `faster` into `slower`.
 *
 * For a fixed number of pairs. To look again after each pair, use {@link createGate}.
 *
 * Sources: Hodges and Lehmann 1963; the interval inverts the test of Wilcoxon 1945 (M. Hollander, D. A. Wolfe, E. Chicken,
 * "Nonparametric Statistical Methods", 3.3); `same` is the two one-sided tests of D. J. Schuirmann (Journal of Pharmacokinetics and
 * Biopharmaceutics 15, 1987).
 *
 * @throws RangeError when an option is out of range.
 */
export function comparePairs(pairs: Iterable<Pair>, options: CompareOptions = {}): Comparison {
  const { thresholdPercent = 10, confidence = 0.9, measures = MEASURES, interval = "signed-rank", seed = 1 } = options;
  if (!(thresholdPercent > 0 && thresholdPercent < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`Cannot compare: \`thresholdPercent\` must be a number above 0, got ${thresholdPercent}`);
  }
  if (!(confidence >= 0.5 && confidence < 1)) {
    throw new RangeError(`Cannot compare: \`confidence\` must be at least 0.5 and below 1, got ${confidence}`);
  }
  if (!Number.isInteger(seed)) throw new RangeError(`Cannot compare: \`seed\` must be a whole number, got ${seed}`);
  const all = [...pairs];
  const threshold = Math.log1p(thresholdPercent / 100);
  const compared = measures.map((measure) =>
    compareMeasure(
      all,
      measure,
      threshold,
      (values) => intervalOf(values, (1 - confidence) / 2, interval, seed),
      confidence,
    ),
  );
  const deciding = compared.find(({ pairs }) => pairs > 0);
  return {
    verdict: deciding?.verdict ?? "inconclusive",
    decidedBy: deciding?.measure,
    thresholdPercent,
    confidence,
    measures: compared,
  };
}

function compareMeasure(
  pairs: readonly Pair[],
  measure: Measure,
  threshold: number,
  toInterval: (values: readonly number[]) => ReturnType<typeof intervalOf>,
  confidence: number,
): MeasureComparison {
  const setAside: Partial<Record<UnusableReason, number>> = {};
  const used: Pair[] = [];
  const ratios: number[] = [];
  for (const pair of pairs) {
    const ratio = logRatio(pair, measure);
    if (typeof ratio === "string") {
      setAside[ratio] = (setAside[ratio] ?? 0) + 1;
      continue;
    }
    used.push(pair);
    ratios.push(ratio);
  }
  const middle = (arm: keyof Pair): number | undefined =>
    used.length === 0 ? undefined : median(used.map((pair) => pair[arm][measure]!));
  const base = { measure, pairs: used.length, setAside, baseline: middle("baseline"), compare: middle("compare") };
  const interval = toInterval(ratios);
  if (interval === undefined) {
    let needed = ratios.length + 1;
    while (intervalRank(needed, (1 - confidence) / 2) === 0) needed += 1;
    const nothing = { ratio: undefined, low: undefined, high: undefined };
    return { ...base, ...nothing, verdict: "inconclusive", furtherPairs: needed - ratios.length };
  }
  const { estimate, low, high } = interval;
  const verdict = judge(low, high, threshold);
  return {
    ...base,
    ratio: Math.exp(estimate),
    low: Math.exp(low),
    high: Math.exp(high),
    verdict,
    furtherPairs:
      verdict === "inconclusive" ? furtherPairs(ratios.length, Math.abs(estimate), (high - low) / 2, threshold) : 0,
  };
}

function judge(low: number, high: number, threshold: number): Verdict {
  if (low > -threshold && high < threshold) return "same";
  if (low > ROUNDING) return "slower";
  return high < -ROUNDING ? "faster" : "inconclusive";
}

/** A half-width below the distance to 1 decides for a difference, one below the distance to the threshold for none. */
function furtherPairs(pairs: number, distance: number, halfWidth: number, threshold: number): number {
  const needed = Math.max(distance, threshold - distance);
  return Math.max(1, Math.ceil(pairs * (halfWidth / needed) ** 2) - pairs);
}

import { signedRankPValue } from "../statistics/signed-rank.ts";
import { hodgesLehmann } from "../statistics/walsh-averages.ts";
import { logRatio, type Measure, type Pair, type UnusableReason } from "./measurement.ts";

/** Where a gate stands. */
export type GateDecision =
  /** Measure another pair. */
  | "continue"
  /** A slow-down of the threshold or more is ruled out. */
  | "ok"
  /** It has become slower, by more than the threshold as far as can be told. */
  | "regression"
  /** The pairs are used up, and neither is shown. */
  | "inconclusive";

/** What a gate says after a pair. */
export interface GateState {
  readonly decision: GateDecision;
  /** Pairs used. */
  readonly pairs: number;
  /** Pairs that could not be used, by reason; they count towards `maxPairs`, so that a gate always ends. */
  readonly setAside: Readonly<Partial<Record<UnusableReason, number>>>;
  /** Estimate of compare over baseline, 1.2 for 20 % more; `undefined` before the first pair. */
  readonly ratio: number | undefined;
  /** Pairs, used or not, after which it looks next; `undefined` once decided. */
  readonly nextLook: number | undefined;
}

/** A sequential decision, pair by pair. */
export interface Gate {
  /** Takes the next pair. After a decision it changes nothing more. O(n log n). */
  add(pair: Pair): GateState;
  /** Where it stands. */
  readonly state: GateState;
  /** The pairs after which it looks, in ascending order; the last is `maxPairs`. */
  readonly looks: readonly number[];
}

/** Options of {@link createGate}. */
export interface GateOptions {
  /**
   * A slow-down by this many percent is a regression; above 0.
   * @defaultValue 10
   */
  readonly thresholdPercent?: number | undefined;
  /**
   * Highest chance, over all looks together, of `regression` where the true slow-down is at most half of the threshold; above 0 and
   * at most 0.5.
   * @defaultValue 0.01
   */
  readonly falseAlarmRate?: number | undefined;
  /**
   * Lowest chance, over all looks together, of not saying `ok` where the true slow-down is the threshold or more; 0.5 up to but not
   * including 1. How many of these are caught rather than left inconclusive depends on the noise and on `maxPairs`.
   * @defaultValue 0.9
   */
  readonly power?: number | undefined;
  /**
   * Pairs after which it ends, at least 8.
   * @defaultValue 40
   */
  readonly maxPairs?: number | undefined;
  /**
   * What is compared.
   * @defaultValue "cpuMs"
   */
  readonly measure?: Measure | undefined;
}

/** Fewer pairs cannot decide at the default rates, and would spend part of them. */
const FIRST_LOOK = 8;
/** Each look has this many times the pairs of the one before, rounded up to an even number, so that ABBA blocks are complete. */
const GROWTH = 1.3;
/** The share of the error rates spent after a share t of the pairs is t to this power. */
const SPENDING_POWER = 1.5;

/**
 * A gate that may be asked after every pair and still keeps its error rates. It looks after 8, 12, 16, … pairs and tests each time,
 * by Wilcoxon's signed ranks on the logarithm of the ratio, both whether the slow-down is more than half of the threshold and
 * whether it is less than the threshold. The rates are spent over the looks in proportion to (pairs / `maxPairs`)^1.5, and every look
 * has only its own share, so that by Boole's inequality all looks together err no more than they may, however they depend on each
 * other. `regression` also asks that the estimate itself exceeds the threshold.
 *
 * Ranks keep single disturbed runs from deciding. Measure in ABBA order ({@link runBenchmark} does): what drifts evenly then falls
 * out. What is assumed is that the logarithms of the ratios scatter symmetrically and that pairs are independent; benchmarks/regression
 * says how far the rates hold where they are not.
 *
 * Sources: K. K. G. Lan, D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70 (1983); K. Kim,
 * D. L. DeMets, "Design and analysis of group sequential tests based on the type I error spending rate function", Biometrika 74
 * (1987), for the power family.
 *
 * @throws RangeError when an option is out of range.
 */
export function createGate(options: GateOptions = {}): Gate {
  const { thresholdPercent = 10, falseAlarmRate = 0.01, power = 0.9, maxPairs = 40, measure = "cpuMs" } = options;
  if (!(thresholdPercent > 0 && thresholdPercent < Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `Cannot create a gate: \`thresholdPercent\` must be a number above 0, got ${thresholdPercent}`,
    );
  }
  if (!(falseAlarmRate > 0 && falseAlarmRate <= 0.5)) {
    throw new RangeError(
      `Cannot create a gate: \`falseAlarmRate\` must be above 0 and at most 0.5, got ${falseAlarmRate}`,
    );
  }
  if (!(power >= 0.5 && power < 1)) {
    throw new RangeError(`Cannot create a gate: \`power\` must be at least 0.5 and below 1, got ${power}`);
  }
  if (!(Number.isInteger(maxPairs) && maxPairs >= FIRST_LOOK)) {
    throw new RangeError(
      `Cannot create a gate: \`maxPairs\` must be a whole number of at least ${FIRST_LOOK}, got ${maxPairs}`,
    );
  }
  const threshold = Math.log1p(thresholdPercent / 100);
  const harmless = Math.log1p(thresholdPercent / 200);
  const looks = planLooks(maxPairs);
  const ratios: number[] = [];
  const setAside: Partial<Record<UnusableReason, number>> = {};
  let taken = 0;
  let look = 0;
  let decision: GateDecision = "continue";

  function decide(share: number): GateDecision {
    const slower = signedRankPValue(ratios.map((ratio) => ratio - harmless));
    if (slower <= falseAlarmRate * share && hodgesLehmann(ratios) > threshold) return "regression";
    const below = signedRankPValue(ratios.map((ratio) => threshold - ratio));
    if (below <= (1 - power) * share) return "ok";
    return taken === maxPairs ? "inconclusive" : "continue";
  }

  const state = (): GateState => ({
    decision,
    pairs: ratios.length,
    setAside: { ...setAside },
    ratio: ratios.length === 0 ? undefined : Math.exp(hodgesLehmann(ratios)),
    nextLook: decision === "continue" ? looks[look] : undefined,
  });

  return {
    looks,
    get state() {
      return state();
    },
    add(pair) {
      if (decision !== "continue") return state();
      taken += 1;
      const ratio = logRatio(pair, measure);
      if (typeof ratio === "string") setAside[ratio] = (setAside[ratio] ?? 0) + 1;
      else ratios.push(ratio);
      if (taken === looks[look]) {
        const spent = (pairs: number): number => (pairs / maxPairs) ** SPENDING_POWER;
        decision = decide(spent(taken) - spent(look === 0 ? 0 : looks[look - 1]!));
        look += 1;
      }
      return state();
    },
  };
}

function planLooks(maxPairs: number): readonly number[] {
  const looks: number[] = [];
  for (let pairs = FIRST_LOOK; pairs < maxPairs; pairs = 2 * Math.ceil((pairs * GROWTH) / 2)) looks.push(pairs);
  // A look just before the end would take from the last without gaining anything.
  if (looks.length > 1 && looks.at(-1)! * 1.1 > maxPairs) looks.pop();
  return [...looks, maxPairs];
}

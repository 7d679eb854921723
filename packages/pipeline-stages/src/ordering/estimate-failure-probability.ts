import { hasFailed, type PastRun } from "../accounting/history.ts";

/** How often a step passed and failed; fractions where older runs count less. */
export interface OutcomeCounts {
  readonly passed: number;
  readonly failed: number;
}

/** What is assumed of a step before any run of it: as if it had passed and failed this often (a beta distribution). Both above 0. */
export type FailurePrior = OutcomeCounts;

/** Assumed where there is no history to learn from: one failure in twenty, worth two runs. */
export const DEFAULT_FAILURE_PRIOR: FailurePrior = { passed: 1.9, failed: 0.1 };

/** Runs that a fitted prior may be worth at least and at most. */
const LEAST_STRENGTH = 1;
const MOST_STRENGTH = 200;

function check(name: string, value: number, isAllowed: boolean): void {
  if (!isAllowed) throw new RangeError(`Cannot estimate failures: \`${name}\` is out of range, got ${value}`);
}

/**
 * The probability that a step fails, shrunk from what was seen towards the prior: the mean of a beta distribution after
 * binomial observations, (failed + prior.failed) / (all + prior). Never 0 or 1: a step that never failed can.
 *
 * @throws {RangeError} a count is negative or not finite, or one of the prior is not above 0.
 */
export function estimateFailureProbability(
  passed: number,
  failed: number,
  prior: FailurePrior = DEFAULT_FAILURE_PRIOR,
): number {
  check("passed", passed, passed >= 0 && passed < Infinity);
  check("failed", failed, failed >= 0 && failed < Infinity);
  check("prior.passed", prior.passed, prior.passed > 0 && prior.passed < Infinity);
  check("prior.failed", prior.failed, prior.failed > 0 && prior.failed < Infinity);
  return (failed + prior.failed) / (passed + failed + prior.passed + prior.failed);
}

/**
 * Fits the prior to all steps together (empirical Bayes): the more alike the steps fail, the more each is drawn to their
 * mean. Method of moments for beta-binomial counts (Kleinman 1973), the prior worth 1 to 200 runs. The default prior where
 * fewer than two steps have run; its mean is mixed in, so that no fitted prior holds a failure impossible.
 *
 * @throws {RangeError} a count is negative or not finite.
 */
export function fitFailurePrior(steps: Iterable<OutcomeCounts>): FailurePrior {
  let all = 0;
  let squares = 0;
  let failures = 0;
  const seen: { runs: number; share: number }[] = [];
  for (const { passed, failed } of steps) {
    check("passed", passed, passed >= 0 && passed < Infinity);
    check("failed", failed, failed >= 0 && failed < Infinity);
    const runs = passed + failed;
    if (runs === 0) continue;
    all += runs;
    squares += runs ** 2;
    failures += failed;
    seen.push({ runs, share: failed / runs });
  }
  if (seen.length < 2) return DEFAULT_FAILURE_PRIOR;
  const { passed, failed } = DEFAULT_FAILURE_PRIOR;
  const mean = (failures + failed) / (all + passed + failed);
  const strength = fitStrength(seen, failures / all, all, squares);
  return { passed: (1 - mean) * strength, failed: mean * strength };
}

function fitStrength(
  seen: readonly { runs: number; share: number }[],
  mean: number,
  all: number,
  squares: number,
): number {
  const variance = mean * (1 - mean);
  const spread = seen.reduce((sum, { runs, share }) => sum + runs * (share - mean) ** 2, 0);
  const free = seen.length - 1;
  const denominator = variance * (all - squares / all - free);
  // All steps failed always or never, or ran once: nothing is known of how much they differ.
  if (!(denominator > 0)) return DEFAULT_FAILURE_PRIOR.passed + DEFAULT_FAILURE_PRIOR.failed;
  const correlation = (spread - variance * free) / denominator;
  const strength = correlation > 0 ? 1 / correlation - 1 : MOST_STRENGTH;
  return Math.min(Math.max(strength, LEAST_STRENGTH), MOST_STRENGTH);
}

/** Settings of {@link countOutcomes}. */
export interface CountOutcomesOptions {
  /**
   * After how many further runs a run counts half. Above 0. Makes estimates follow what changed lately, and less certain.
   * @defaultValue Infinity: all count alike
   */
  readonly halfLifeRuns?: number | undefined;
}

/**
 * Counts how often each step passed and failed. Only runs of a step that ended as passed, failed or timed-out count: what was
 * replayed, skipped, cancelled or inconclusive says nothing.
 *
 * @param history - oldest run first
 * @throws {RangeError} `halfLifeRuns` is not above 0.
 */
export function countOutcomes(
  history: readonly PastRun[],
  options: CountOutcomesOptions = {},
): ReadonlyMap<string, OutcomeCounts> {
  const { halfLifeRuns = Infinity } = options;
  check("halfLifeRuns", halfLifeRuns, halfLifeRuns > 0);
  const counts = new Map<string, { passed: number; failed: number }>();
  for (const [index, { steps }] of history.entries()) {
    const weight = 0.5 ** ((history.length - 1 - index) / halfLifeRuns);
    for (const { id, outcome } of steps) {
      const failed = hasFailed(outcome);
      if (!failed && outcome !== "passed") continue;
      const count = counts.get(id) ?? { passed: 0, failed: 0 };
      count[failed ? "failed" : "passed"] += weight;
      counts.set(id, count);
    }
  }
  return counts;
}

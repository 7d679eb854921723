/** A share with the interval that holds the true one in 95 of 100 cases. All from 0 to 1. */
export interface ShareEstimate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959_963_984_540_054;

/**
 * The share of successes with its 95 % interval (Wilson 1927), which stays within 0 and 1 and is sound for few trials too; undefined
 * without trials.
 *
 * @throws {RangeError} the counts are no whole numbers with 0 <= successes <= trials.
 */
export function wilsonInterval(successes: number, trials: number): ShareEstimate | undefined {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials) {
    throw new RangeError(
      `Cannot estimate share: \`successes\` and \`trials\` must be counts, got ${successes} of ${trials}`,
    );
  }
  if (trials === 0) return undefined;
  const share = successes / trials;
  const weight = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / weight;
  const half = (Z / weight) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return {
    share,
    // Exactly 0 and 1 at the ends, which rounding would miss.
    low: successes === 0 ? 0 : centre - half,
    high: successes === trials ? 1 : centre + half,
  };
}

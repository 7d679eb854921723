import { createRandom } from "../statistics/create-random.ts";
import { intervalRank } from "../statistics/signed-rank.ts";
import { hodgesLehmann, walshAverage } from "../statistics/walsh-averages.ts";

/** How the interval is made. */
export type IntervalMethod = "signed-rank" | "bootstrap";

/** Draws of the bootstrap: the ends of a 90 % interval then move by about a tenth of its standard error from seed to seed. */
export const BOOTSTRAP_DRAWS = 2_000;

/** An estimate with the interval around it, on the scale of the values. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The Hodges-Lehmann estimate of the centre of `values`, with an interval that leaves it out with a chance of at most `sideError`
 * on each side; `undefined` when there are too few values for that (below 5 for 5 %).
 */
export function intervalOf(
  values: readonly number[],
  sideError: number,
  method: IntervalMethod,
  seed: number,
): Interval | undefined {
  const rank = intervalRank(values.length, sideError);
  if (rank === 0) return undefined;
  const estimate = hodgesLehmann(values);
  const sorted = Float64Array.from(values).sort();
  if (method === "signed-rank") {
    const count = (sorted.length * (sorted.length + 1)) / 2;
    return { estimate, low: walshAverage(sorted, rank), high: walshAverage(sorted, count + 1 - rank) };
  }
  const random = createRandom(seed);
  const draw = new Float64Array(sorted.length);
  const estimates = Float64Array.from({ length: BOOTSTRAP_DRAWS }, () => {
    for (let place = 0; place < draw.length; place += 1) draw[place] = sorted[Math.floor(random() * draw.length)]!;
    return hodgesLehmann(draw);
  }).sort();
  const cut = Math.floor(BOOTSTRAP_DRAWS * sideError);
  return { estimate, low: estimates[cut]!, high: estimates[BOOTSTRAP_DRAWS - 1 - cut]! };
}

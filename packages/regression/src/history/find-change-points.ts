import { createRandom } from "../statistics/create-random.ts";
import { median } from "../statistics/median.ts";

/** A place from which on durations are on another level. */
export interface ChangePoint {
  /** Place of the first value on the new level, counted in what was handed in. */
  readonly index: number;
  /** Median from the change before (or the start) to this one, in the unit of the values. */
  readonly before: number;
  /** Median from this change to the next (or the end). */
  readonly after: number;
  /** `after` over `before`: 1.2 is 20 % more. */
  readonly ratio: number;
  /** Share of random orders in which as clear a change is found, at least 1/(permutations + 1). */
  readonly pValue: number;
}

/** Options of {@link findChangePoints}. */
export interface ChangePointOptions {
  /**
   * Highest p-value of a change, above 0 and below 1. At least 1/(permutations + 1), or nothing is ever found.
   * @defaultValue 0.005
   */
  readonly significance?: number | undefined;
  /**
   * Random orders tried for each candidate, 19 to 100,000.
   * @defaultValue 999
   */
  readonly permutations?: number | undefined;
  /**
   * Fewest values on a level, at least 3.
   * @defaultValue 5
   */
  readonly minLength?: number | undefined;
  /**
   * Changes of at most this many percent are left out, at least 0.
   * @defaultValue 5
   */
  readonly minChangePercent?: number | undefined;
  /**
   * Seed of the random orders, a whole number.
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
}

interface Candidate {
  readonly place: number;
  readonly pValue: number;
}

/**
 * Where the level of a series changed, for long windows: the split with the clearest difference of ranks is tested against random
 * orders of the same values; if it holds, both sides are searched in turn. In the end each change is tested again between its neighbours
 * and dropped where it no longer holds or is too small. Ranks keep single outliers from being taken for a change; where a change lies, absolute deviations settle. Values that are no
 * positive number are left out. O(n · permutations) for each level found.
 *
 * Random orders assume independent values on a level; series in which neighbours are alike give more changes than there are.
 *
 * Sources: A. N. Pettitt, "A non-parametric approach to the change-point problem", Applied Statistics 28 (1979), for the rank statistic;
 * D. S. Matteson, N. A. James, "A nonparametric approach for multiple change point analysis of multivariate data", JASA 109 (2014),
 * for bisection with permutation tests.
 *
 * @param durations - Oldest first.
 * @returns In ascending order of place.
 * @throws RangeError when an option is out of range.
 */
export function findChangePoints(
  durations: Iterable<number>,
  options: ChangePointOptions = {},
): readonly ChangePoint[] {
  const { significance = 0.005, permutations = 999, minLength = 5, minChangePercent = 5, seed = 1 } = options;
  checkOptions(significance, permutations, minLength, minChangePercent, seed);
  const all = [...durations];
  const places = [...all.keys()].filter((place) => Number.isFinite(all[place]) && all[place]! > 0);
  const values = places.map((place) => all[place]!);
  const random = createRandom(seed);
  const test = (from: number, to: number): Candidate | undefined => {
    const candidate = testClearest(values.slice(from, to), minLength, permutations, random);
    return candidate === undefined || candidate.pValue > significance
      ? undefined
      : { place: from + settle(values.slice(from, to), candidate.place, minLength), pValue: candidate.pValue };
  };

  const found: Candidate[] = [];
  const open: (readonly [number, number])[] = [[0, values.length]];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const candidate = test(...range);
    if (candidate === undefined) continue;
    found.push(candidate);
    open.push([range[0], candidate.place], [candidate.place, range[1]]);
  }
  found.sort((left, right) => left.place - right.place);

  // A change found beside another may be gone, or lie elsewhere, once that one bounds it.
  for (let index = 0; index < found.length;) {
    const [from, to] = [found[index - 1]?.place ?? 0, found[index + 1]?.place ?? values.length];
    const again = test(from, to);
    const level = (start: number, end: number): number => median(values.slice(start, end));
    const holds =
      again !== undefined &&
      Math.abs(Math.log(level(again.place, to) / level(from, again.place))) > Math.log1p(minChangePercent / 100);
    if (holds) {
      found[index] = again;
      index += 1;
    } else {
      found.splice(index, 1);
      // Its neighbours now have other neighbours.
      index = Math.max(0, index - 1);
    }
  }
  return found.map(({ place, pValue }, index) => {
    const before = median(values.slice(found[index - 1]?.place ?? 0, place));
    const after = median(values.slice(place, found[index + 1]?.place ?? values.length));
    return { index: places[place]!, before, after, ratio: after / before, pValue };
  });
}

function testClearest(
  values: readonly number[],
  minLength: number,
  permutations: number,
  random: () => number,
): Candidate | undefined {
  if (values.length < 2 * minLength) return undefined;
  const ranks = centredRanks(values);
  const seen = clearest(ranks, minLength);
  if (seen.size === 0) return undefined;
  let asClear = 0;
  for (let permutation = 0; permutation < permutations; permutation += 1) {
    for (let last = ranks.length - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1));
      [ranks[last], ranks[other]] = [ranks[other]!, ranks[last]!];
    }
    if (clearest(ranks, minLength).size >= seen.size - 1e-9) asClear += 1;
  }
  return { place: seen.place, pValue: (asClear + 1) / (permutations + 1) };
}

/** The split at which the sum of ranks is furthest from what it would be by chance, in units of its deviation (up to a factor). */
function clearest(ranks: Float64Array, minLength: number): { readonly place: number; readonly size: number } {
  let sum = 0;
  let best = { place: 0, size: 0 };
  for (let place = 1; place <= ranks.length - minLength; place += 1) {
    sum += ranks[place - 1]!;
    if (place < minLength) continue;
    const size = Math.abs(sum) / Math.sqrt(place * (ranks.length - place));
    if (size > best.size) best = { place, size };
  }
  return best;
}

/**
 * Ranks see that there is a change better than where: a large value just before it may count with what follows. Of the places around,
 * the one whose two medians leave the least absolute deviations of logarithms.
 */
function settle(values: readonly number[], place: number, minLength: number): number {
  const logs = values.map(Math.log);
  const left = (at: number): number => deviations(logs.slice(0, at)) + deviations(logs.slice(at));
  let best = { place, left: left(place) };
  const last = Math.min(place + minLength, values.length - minLength);
  for (let at = Math.max(minLength, place - minLength); at <= last; at += 1) {
    const here = left(at);
    if (here < best.left * (1 - 1e-9)) best = { place: at, left: here };
  }
  return best.place;
}

function deviations(logs: readonly number[]): number {
  const middle = median(logs);
  return logs.reduce((sum, log) => sum + Math.abs(log - middle), 0);
}

/** Ranks less their mean; ties share the middle rank. */
function centredRanks(values: readonly number[]): Float64Array {
  const order = [...values.keys()].sort((left, right) => values[left]! - values[right]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let place = from; place < to; place += 1) ranks[order[place]!] = (from + to - order.length) / 2;
    from = to;
  }
  return ranks;
}

function checkOptions(
  significance: number,
  permutations: number,
  minLength: number,
  minChangePercent: number,
  seed: number,
): void {
  if (!(significance > 0 && significance < 1)) {
    throw new RangeError(`Cannot find changes: \`significance\` must be above 0 and below 1, got ${significance}`);
  }
  if (!(Number.isInteger(permutations) && permutations >= 19 && permutations <= 100_000)) {
    throw new RangeError(
      `Cannot find changes: \`permutations\` must be a whole number from 19 to 100000, got ${permutations}`,
    );
  }
  if (!(Number.isInteger(minLength) && minLength >= 3)) {
    throw new RangeError(`Cannot find changes: \`minLength\` must be a whole number of at least 3, got ${minLength}`);
  }
  if (!(minChangePercent >= 0)) {
    throw new RangeError(`Cannot find changes: \`minChangePercent\` must be at least 0, got ${minChangePercent}`);
  }
  if (!Number.isInteger(seed))
    throw new RangeError(`Cannot find changes: \`seed\` must be a whole number, got ${seed}`);
}

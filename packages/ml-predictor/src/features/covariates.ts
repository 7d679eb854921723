import type { Query } from "../candidate.ts";
import type { Sample } from "../sample.ts";
import { toLog } from "../log-ratio.ts";
import { categoriesOf, numberOf, numbersOf } from "./feature-values.ts";

/** More numbers than this do not take part in the lines; the trees see them all. */
const MOST_NUMBERS = 6;
/** Of more than this, those that most rows have are looked at. */
const MOST_COMPARED = 48;
/** More levels of categories than this do not take part either. */
const MOST_LEVELS = 24;
/** A level that was met less often says nothing yet. */
const FEWEST_OF_LEVEL = 5;
/** Numbers that reach over a greater factor than this may have a bend. */
const BEND_FROM_LOG = Math.log(8);
/** Rows of a number below this many times its share of explained variance are chance. */
const CHANCE = 8;

/** A query as the few values that are not zero. */
export interface Encoded {
  readonly places: readonly number[];
  readonly values: readonly number[];
  /** How many of the numbers asked for it has. */
  readonly known: number;
}

/** How a query becomes numbers in which a duration's logarithm is about linear. */
export interface Covariates {
  /** How many values a query is given. */
  readonly size: number;
  /** Which of them stand for a level of a category (the others for numbers). */
  readonly isLevel: readonly boolean[];
  /** The values of a query. A number it lacks counts as the middle one, an unknown level as none. */
  encode(query: Query): Encoded;
}

interface NumberColumn {
  readonly name: string;
  readonly transform: (value: number) => number;
  readonly centre: number;
  readonly bends: readonly number[];
  readonly from: number;
}

/**
 * Choose from `rows` what a duration may depend on: the numbers that explain most of the variance within steps or between them,
 * on a logarithmic scale (a power law is a line there), with bends at the tertiles where they reach far; and the levels of
 * categories met most often, the machine being one. O(rows · features).
 */
export function chooseCovariates(rows: readonly Sample[]): Covariates {
  const counts = new Map<string, number>();
  const levels = new Map<string, { name: string; level: string; count: number }>();
  for (const row of rows) {
    for (const [name] of numbersOf(row)) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const [name, level] of categoriesOf(row)) {
      const key = JSON.stringify([name, level]);
      const known = levels.get(key);
      if (known === undefined) levels.set(key, { name, level, count: 1 });
      else known.count += 1;
    }
  }
  let size = 0;
  const numbers: NumberColumn[] = [];
  const scored = [...counts]
    .filter(([, count]) => count * 4 >= rows.length)
    .sort(([, left], [, right]) => right - left)
    .slice(0, MOST_COMPARED)
    .map(([name]) => {
      const known = rows.map((row) => numberOf(row, name)).filter((value) => value !== undefined);
      return { name, known, transform: chooseTransform(known) };
    })
    .map((one) => ({ ...one, explained: explainedShare(rows, one.name, one.transform) }))
    .filter(({ explained }) => explained * rows.length > CHANCE)
    .sort((left, right) => right.explained - left.explained)
    .slice(0, MOST_NUMBERS);
  for (const { name, known, transform } of scored) {
    const sorted = Float64Array.from(known, transform).sort();
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
    const bends = at(0.95) - at(0.05) >= BEND_FROM_LOG ? [at(1 / 3), at(2 / 3)].filter((bend) => bend > at(0.05)) : [];
    const distinct = [...new Set(bends)];
    numbers.push({ name, transform, centre: at(0.5), bends: distinct, from: size });
    size += 1 + distinct.length;
  }
  const often = [...levels.values()].filter(({ count }) => count >= FEWEST_OF_LEVEL && count < rows.length);
  often.sort((left, right) => right.count - left.count);
  const placeOfLevel = new Map<string, Map<string, number>>();
  const isLevel = Array.from({ length: size }, () => false);
  for (const { name, level } of often.slice(0, MOST_LEVELS)) {
    let places = placeOfLevel.get(name);
    if (places === undefined) placeOfLevel.set(name, (places = new Map()));
    places.set(level, size);
    isLevel.push(true);
    size += 1;
  }
  return {
    size,
    isLevel,
    encode(query) {
      const places: number[] = [];
      const encoded: number[] = [];
      let count = 0;
      for (const { name, transform, centre, bends, from } of numbers) {
        const value = numberOf(query, name);
        if (value === undefined) continue;
        count += 1;
        const at = transform(value);
        places.push(from);
        encoded.push(at - centre);
        for (let bend = 0; bend < bends.length; bend += 1) {
          if (at <= bends[bend]!) continue;
          places.push(from + 1 + bend);
          encoded.push(at - bends[bend]!);
        }
      }
      if (placeOfLevel.size > 0) {
        for (const [name, level] of categoriesOf(query)) {
          const place = placeOfLevel.get(name)?.get(level);
          if (place === undefined) continue;
          places.push(place);
          encoded.push(1);
        }
      }
      return { places, values: encoded, known: count };
    },
  };
}

/** Logarithmic from the smallest value on, linear around zero where there are zeros or negative values. */
function chooseTransform(values: readonly number[]): (value: number) => number {
  let smallest = Infinity;
  let isPositive = true;
  for (const value of values) {
    if (value !== 0) smallest = Math.min(smallest, Math.abs(value));
    if (value <= 0) isPositive = false;
  }
  if (smallest === Infinity) return () => 0;
  // A later value below all that were seen must not fly off to minus infinity.
  if (isPositive) return (value) => Math.log(Math.max(value, smallest / 2));
  return (value) => Math.asinh(value / smallest);
}

/** How much of the variance of log durations a number explains: within steps, or between their means, whichever is more. */
function explainedShare(rows: readonly Sample[], name: string, transform: (value: number) => number): number {
  const steps = new Map<string, { count: number; x: number; y: number; xx: number; xy: number; yy: number }>();
  for (const row of rows) {
    const value = numberOf(row, name);
    if (value === undefined) continue;
    const x = transform(value);
    const y = toLog(row.seconds);
    let step = steps.get(row.step);
    if (step === undefined) steps.set(row.step, (step = { count: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 }));
    // Running means and sums of products about them (Welford 1962).
    step.count += 1;
    const beforeX = x - step.x;
    const beforeY = y - step.y;
    step.x += beforeX / step.count;
    step.y += beforeY / step.count;
    step.xx += beforeX * (x - step.x);
    step.xy += beforeX * (y - step.y);
    step.yy += beforeY * (y - step.y);
  }
  const within = { xx: 0, xy: 0, yy: 0 };
  let [count, meanX, meanY, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (const step of steps.values()) {
    within.xx += step.xx;
    within.xy += step.xy;
    within.yy += step.yy;
    count += 1;
    const beforeX = step.x - meanX;
    const beforeY = step.y - meanY;
    meanX += beforeX / count;
    meanY += beforeY / count;
    xx += beforeX * (step.x - meanX);
    xy += beforeX * (step.y - meanY);
    yy += beforeY * (step.y - meanY);
  }
  const share = (sums: typeof within): number =>
    sums.xx > 1e-12 && sums.yy > 1e-12 ? sums.xy ** 2 / (sums.xx * sums.yy) : 0;
  const between = (share({ xx, xy, yy }) * count) / Math.max(rows.length, 1);
  return Math.max(share(within), between);
}

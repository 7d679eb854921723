import type { Query } from "../candidate.ts";
import { toLog } from "../log-ratio.ts";
import type { Sample } from "../sample.ts";
import { chooseCovariates, type Covariates, type Encoded } from "./covariates.ts";
import { solvePositive } from "./solve-positive.ts";

/** How far a step's own slopes lie around those of all steps (standard deviation, per natural logarithm). */
const SLOPE_DEVIATION = 0.3;
/** How far a step's own effect of a level, such as a machine, lies around that of all steps (natural logarithm). */
const LEVEL_DEVIATION = 0.15;
/** How far effects may lie from none at all. */
const EFFECT_DEVIATION = 1;
/** How much less a row counts for each later one of its step. */
const FADING = 0.99;
/** Beyond so many deviations an outcome counts less (Huber). */
const ODD_FROM = 2;
/** What no history calls certain: a thousandth. */
const SMALLEST_DEVIATION = 0.01;
/** How far steps lie around the line through all of them, until that is known (natural logarithm). */
const STEP_DEVIATION = 1.5;

/** What a row counts that lacks a number which other rows of its step have: its conditions are guessed. */
const LACKING_WEIGHT = 0.02;

interface StepSums {
  /** Most numbers that a row had. */
  known: number;
  /** Weighted sums of products: of the covariates and the constant 1, row by row; the constant comes first. */
  readonly products: Float64Array;
  /** And those with the logarithm of the duration. */
  readonly outcomes: Float64Array;
  solved: Solved | undefined;
}

interface Solved {
  readonly slopes: Float64Array;
  readonly means: Float64Array;
  readonly level: number;
}

/**
 * How much longer a step takes when its input, its machine or anything else known beforehand is different: for each step a ridge
 * regression of the logarithm of its duration, drawn towards the effects that all steps show together, by as much as its own rows
 * leave open. Odd outcomes count less, and so do old ones.
 *
 * Sources: A. E. Hoerl, R. W. Kennard, "Ridge regression", Technometrics 12 (1970); D. V. Lindley, A. F. M. Smith, "Bayes estimates for
 * the linear model", JRSS B 34 (1972), for effects drawn to common ones; P. J. Huber, "Robust estimation of a location parameter",
 * Ann. Math. Stat. 35 (1964).
 */
export class Effects {
  #covariates: Covariates = chooseCovariates([]);
  #common: Float64Array = new Float64Array(0);
  #steps = new Map<string, StepSums>();
  /** Slopes between steps, and the level of their line: for steps never seen. */
  #between: { readonly slopes: Float64Array; readonly level: number } | undefined;
  #kinds = new Map<string, { sum: number; count: number }>();
  #deviation = 0.2;

  /**
   * Forget everything and learn these rows, which are in order of time. O(rows · values² + steps · covariates³).
   * @param logs - the logarithms of their durations, each moved to where its step's level is today
   */
  fit(rows: readonly Sample[], logs: readonly number[]): void {
    const covariates = chooseCovariates(rows);
    this.#covariates = covariates;
    const encoded = rows.map((row) => covariates.encode(row));
    const weights = new Float64Array(rows.length).fill(1);
    this.#deviation = 0.2;
    // Once to see what is odd, and once more without it.
    const known = new Map<string, number>();
    for (const [place, { step }] of rows.entries()) {
      known.set(step, Math.max(known.get(step) ?? 0, encoded[place]!.known));
    }
    for (let pass = 0; pass < 3; pass += 1) {
      this.#steps = new Map([...known].map(([step, most]) => [step, this.#emptySums(most)]));
      for (let place = 0; place < rows.length; place += 1) {
        this.#add(rows[place]!.step, encoded[place]!, logs[place]!, weights[place]!);
      }
      this.#common = this.#fitCommon();
      const residuals = Float64Array.from(
        rows,
        (row, place) => logs[place]! - this.#atStep(row.step, encoded[place]!)!,
      );
      const sizes = residuals.map(Math.abs).sort();
      this.#deviation = Math.max(SMALLEST_DEVIATION, 1.4826 * (sizes[sizes.length >> 1] ?? 0));
      for (let place = 0; place < rows.length; place += 1) weights[place] = this.#weightOf(residuals[place]!);
      for (const step of this.#steps.values()) step.solved = undefined;
    }
    this.#fitBetween(rows);
  }

  /** Learn one more row. O(values²). */
  learn(row: Sample): void {
    const encoded = this.#covariates.encode(row);
    const log = toLog(row.seconds);
    const expected = this.#atStep(row.step, encoded);
    this.#add(row.step, encoded, log, expected === undefined ? 1 : this.#weightOf(log - expected));
  }

  /** Learn all rows of one step again, since its level has moved. As `fit`, for the step alone. */
  relearn(step: string, rows: readonly Sample[], logs: readonly number[]): void {
    const before = rows.map((row, place) => {
      const encoded = this.#covariates.encode(row);
      return { encoded, log: logs[place]! };
    });
    this.#steps.delete(step);
    for (const { encoded, log } of before) this.#add(step, encoded, log, 1);
    const solved = before.map(({ encoded, log }) => log - this.#atStep(step, encoded)!);
    this.#steps.delete(step);
    for (const [place, { encoded, log }] of before.entries()) {
      this.#add(step, encoded, log, this.#weightOf(solved[place]!));
    }
  }

  encode(query: Query): Encoded {
    return this.#covariates.encode(query);
  }

  /** Where the step's own line expects it, as a logarithm; `undefined` for a step without rows. O(values), after O(covariates³) once. */
  atStep(query: Query, encoded: Encoded): number | undefined {
    return this.#atStep(query.step, encoded);
  }

  /** Logarithms of durations of the step, each as it would be had its conditions been those of `to`. */
  bring(step: string, logs: readonly number[], from: readonly Encoded[], to: Encoded): number[] {
    const slopes = this.#solve(step)?.slopes ?? this.#common;
    const now = product(slopes, to);
    return logs.map((log, place) => log + now - product(slopes, from[place]!));
  }

  /** Do what predictions of the step need once, so that they need not. O(covariates³). */
  prepare(step: string): void {
    this.#solve(step);
  }

  /** Where a step never seen is expected, as a logarithm; `undefined` without history. */
  atNewcomer(query: Query): number | undefined {
    if (this.#between === undefined) return undefined;
    const { slopes, level } = this.#between;
    return level + product(slopes, this.#covariates.encode(query)) + this.#kindEffect(query.kind);
  }

  #kindEffect(kind: string | undefined): number {
    const known = kind === undefined ? undefined : this.#kinds.get(kind);
    return known === undefined ? 0 : known.sum / (known.count + 1);
  }

  #weightOf(residual: number): number {
    return Math.min(1, (ODD_FROM * this.#deviation) / Math.max(Math.abs(residual), 1e-12));
  }

  #add(name: string, { places, values, known }: Encoded, log: number, fullWeight: number): void {
    const width = this.#covariates.size + 1;
    let step = this.#steps.get(name);
    if (step === undefined) this.#steps.set(name, (step = this.#emptySums(known)));
    step.known = Math.max(step.known, known);
    const weight = known < step.known ? LACKING_WEIGHT * fullWeight : fullWeight;
    const { products, outcomes } = step;
    for (let place = 0; place < products.length; place += 1) products[place]! *= FADING;
    for (let place = 0; place < width; place += 1) outcomes[place]! *= FADING;
    products[0]! += weight;
    outcomes[0]! += weight * log;
    for (let i = 0; i < places.length; i += 1) {
      const row = places[i]! + 1;
      const weighted = weight * values[i]!;
      products[row]! += weighted;
      products[row * width]! += weighted;
      outcomes[row]! += weighted * log;
      for (let j = 0; j < places.length; j += 1) products[row * width + places[j]! + 1]! += weighted * values[j]!;
    }
    step.solved = undefined;
  }

  #emptySums(known: number): StepSums {
    const width = this.#covariates.size + 1;
    return { known, products: new Float64Array(width * width), outcomes: new Float64Array(width), solved: undefined };
  }

  #fitCommon(): Float64Array {
    const { size } = this.#covariates;
    const matrix = new Float64Array(size * size);
    const right = new Float64Array(size);
    for (const { products, outcomes } of this.#steps.values()) addCentred(matrix, right, products, outcomes);
    const ridge = (this.#deviation / EFFECT_DEVIATION) ** 2;
    for (let place = 0; place < size; place += 1) matrix[place * size + place]! += ridge;
    return solvePositive(matrix, right) ?? new Float64Array(size);
  }

  #atStep(name: string, encoded: Encoded): number | undefined {
    const solved = this.#solve(name);
    if (solved === undefined) return undefined;
    return solved.level + product(solved.slopes, encoded) - dot(solved.slopes, solved.means);
  }

  #solve(name: string): Solved | undefined {
    const step = this.#steps.get(name);
    if (step === undefined) return undefined;
    if (step.solved !== undefined) return step.solved;
    const { size, isLevel } = this.#covariates;
    const width = size + 1;
    const weight = step.products[0]!;
    const means = step.products.slice(1, width).map((sum) => sum / weight);
    const slopes = this.#common.slice();
    // What has not varied within the step leaves the common effect as it is.
    const varied: number[] = [];
    for (let place = 0; place < size; place += 1) {
      const square = step.products[(place + 1) * width + place + 1]! - weight * means[place]! ** 2;
      if (square > 1e-9 * weight) varied.push(place);
    }
    const count = varied.length;
    const matrix = new Float64Array(count * count);
    const right = new Float64Array(count);
    for (let i = 0; i < count; i += 1) {
      const row = varied[i]!;
      right[i] = step.outcomes[row + 1]! - means[row]! * step.outcomes[0]!;
      for (let j = 0; j < count; j += 1) {
        const column = varied[j]!;
        const centred = step.products[(row + 1) * width + column + 1]! - weight * means[row]! * means[column]!;
        matrix[i * count + j] = centred;
        right[i]! -= centred * slopes[column]!;
      }
      matrix[i * count + i]! += (this.#deviation / (isLevel[row]! ? LEVEL_DEVIATION : SLOPE_DEVIATION)) ** 2;
    }
    const own = solvePositive(matrix, right);
    if (own !== undefined) for (let i = 0; i < count; i += 1) slopes[varied[i]!]! += own[i]!;
    step.solved = { slopes, means, level: step.outcomes[0]! / weight };
    return step.solved;
  }

  /** A line through the steps, each by its mean, and what is left by kind. */
  #fitBetween(rows: readonly Sample[]): void {
    this.#between = undefined;
    this.#kinds = new Map();
    const { size } = this.#covariates;
    if (this.#steps.size === 0) return;
    const kinds = new Map(rows.map(({ step, kind }) => [step, kind]));
    const all = [...this.#steps.keys()].map((name) => ({ kind: kinds.get(name), ...this.#solve(name)! }));
    const width = size + 1;
    const matrix = new Float64Array(width * width);
    const right = new Float64Array(width);
    for (const { means, level } of all) {
      // Held to the effects within steps where steps do not tell.
      const rest = level - dot(this.#common, means);
      matrix[0]! += 1;
      right[0]! += rest;
      for (let i = 0; i < size; i += 1) {
        matrix[i + 1]! += means[i]!;
        matrix[(i + 1) * width]! += means[i]!;
        right[i + 1]! += means[i]! * rest;
        for (let j = 0; j < size; j += 1) matrix[(i + 1) * width + j + 1]! += means[i]! * means[j]!;
      }
    }
    matrix[0]! += 1e-9;
    for (let i = 0; i < size; i += 1) matrix[(i + 1) * width + i + 1]! += (STEP_DEVIATION / EFFECT_DEVIATION) ** 2;
    const solved = solvePositive(matrix, right);
    if (solved === undefined) return;
    const slopes = this.#common.map((slope, place) => slope + solved[place + 1]!);
    const level = solved[0]!;
    for (const one of all) {
      const rest = one.level - level - dot(slopes, one.means);
      if (one.kind === undefined) continue;
      const known = this.#kinds.get(one.kind) ?? { sum: 0, count: 0 };
      this.#kinds.set(one.kind, { sum: known.sum + rest, count: known.count + 1 });
    }
    this.#between = { slopes, level };
  }
}

/** Add a step's sums of products about its own means. */
function addCentred(matrix: Float64Array, right: Float64Array, products: Float64Array, outcomes: Float64Array): void {
  const size = right.length;
  const width = size + 1;
  const weight = products[0]!;
  for (let i = 0; i < size; i += 1) {
    const mean = products[i + 1]! / weight;
    right[i]! += outcomes[i + 1]! - mean * outcomes[0]!;
    for (let j = 0; j < size; j += 1) {
      matrix[i * size + j]! += products[(i + 1) * width + j + 1]! - mean * products[j + 1]!;
    }
  }
}

function product(slopes: Float64Array, { places, values }: Encoded): number {
  let sum = 0;
  for (let i = 0; i < places.length; i += 1) sum += slopes[places[i]!]! * values[i]!;
  return sum;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i += 1) sum += left[i]! * right[i]!;
  return sum;
}

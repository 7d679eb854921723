import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { findEnsembleProblem } from "./find-ensemble-problem.ts";

/** Evaluates one ensemble. */
export interface Evaluator {
  /** How many features a row has. */
  readonly featureCount: number;
  /** How many values a row is given. */
  readonly targetCount: number;
  /**
   * Predictions for rows that stand one after the other, `featureCount` numbers each; NaN is a missing value. Gives `targetCount`
   * numbers for each row, in the same order.
   * @throws {RangeError} when `rows` does not hold whole rows.
   */
  predict(rows: Float32Array): Float32Array;
}

/** Rows that are sent through a tree before the next tree's turn: few enough to stay in the cache of the processor. */
const BATCH_ROWS = 128;

/**
 * An evaluator for an ensemble, in TypeScript.
 *
 * Sums are those of onnxruntime with one thread, bit for bit: each target starts from 0, the trees add to it in their order, the base
 * value comes last, and every sum is rounded to float32. (The sum of two float32 numbers in float64, rounded to float32, is their
 * float32 sum: S. Figueroa, "When is double rounding innocuous?", 1995.) With several threads onnxruntime adds up groups of trees, so
 * its last digits may differ then.
 *
 * The arrays of the ensemble are not copied: do not change them while the evaluator is in use.
 * @throws {TypeError} when the ensemble is none that could be evaluated, such as one with children in a circle.
 */
export function createEvaluator(ensemble: TreeEnsemble): Evaluator {
  const problem = findEnsembleProblem(ensemble);
  if (problem !== undefined) throw new TypeError(`Cannot create an evaluator: ${problem}`);
  const { featureCount, targetCount } = ensemble;
  return { featureCount, targetCount, predict: (rows) => evaluate(ensemble, rows) };
}

/** How many rows `rows` holds. */
export function countRows(rows: Float32Array, featureCount: number): number {
  const count = rows.length / featureCount;
  if (Number.isInteger(count)) return count;
  throw new RangeError(`Cannot predict: \`rows\` must hold ${featureCount} numbers a row, got ${rows.length}`);
}

function evaluate(ensemble: TreeEnsemble, rows: Float32Array): Float32Array {
  const { featureCount, targetCount, baseValues, roots } = ensemble;
  const count = countRows(rows, featureCount);
  const sums = new Float32Array(count * targetCount);
  for (let from = 0; from < count; from += BATCH_ROWS) {
    const to = Math.min(count, from + BATCH_ROWS);
    for (const root of roots) addTree(ensemble, root, rows, from, to, sums);
  }
  for (let index = 0; index < sums.length; index += 1) sums[index]! += baseValues[index % targetCount]!;
  return sums;
}

function addTree(
  ensemble: TreeEnsemble,
  root: number,
  rows: Float32Array,
  from: number,
  to: number,
  sums: Float32Array,
): void {
  const { featureCount, targetCount, features, thresholds, lefts, rights, missingLeft, targets, values } = ensemble;
  for (let row = from; row < to; row += 1) {
    const offset = row * featureCount;
    let node = root;
    let feature = features[node]!;
    while (feature >= 0) {
      const value = rows[offset + feature]!;
      const threshold = thresholds[node]!;
      // NaN is neither at most nor above anything.
      if (value <= threshold) node = lefts[node]!;
      else if (value > threshold || missingLeft[node] === 0) node = rights[node]!;
      else node = lefts[node]!;
      feature = features[node]!;
    }
    sums[row * targetCount + targets[node]!]! += values[node]!;
  }
}

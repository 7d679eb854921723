import type { Column } from "./bin-columns.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

/**
 * The values of one row, one for each target. The row is rounded to float32; leaves are added in float32, in the order of the trees,
 * starting from 0, and the base value last, as onnxruntime does on one thread. O(trees · depth), no allocation but the result.
 *
 * @param row - `featureCount` numbers, NaN where one is missing
 * @param out - receives the values, to spare the allocation; `targetCount` long
 * @throws RangeError when the row or `out` has another length.
 */
export function predictTrees(
  ensemble: TreeEnsemble,
  row: ArrayLike<number>,
  out: Float32Array = new Float32Array(ensemble.targetCount),
): Float32Array {
  const { features, thresholds, lefts, rights, missingLeft, targets, values, roots, baseValues } = ensemble;
  checkLength("`row`", row.length, ensemble.featureCount);
  checkLength("`out`", out.length, ensemble.targetCount);
  out.fill(0);
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree]!;
    let feature = features[node]!;
    while (feature >= 0) {
      const value = Math.fround(row[feature]!);
      const left = value === value ? value <= thresholds[node]! : missingLeft[node] === 1;
      node = left ? lefts[node]! : rights[node]!;
      feature = features[node]!;
    }
    const target = targets[node]!;
    // Storing rounds to float32.
    out[target] = out[target]! + values[node]!;
  }
  for (let target = 0; target < out.length; target += 1) out[target] = out[target]! + baseValues[target]!;
  return out;
}

/**
 * The values of many rows given by column: those of the first row, then those of the second, and so on. The same numbers as
 * {@link predictTrees} gives row by row.
 *
 * @throws RangeError when the number of columns is not `featureCount`, or columns differ in length.
 */
export function predictColumns(ensemble: TreeEnsemble, columns: readonly Column[]): Float32Array {
  checkLength("`columns`", columns.length, ensemble.featureCount);
  const rowCount = columns[0]?.length ?? 0;
  for (const column of columns) checkLength("a column", column.length, rowCount);
  const { features, thresholds, lefts, rights, missingLeft, targets, values, roots, baseValues, targetCount } =
    ensemble;
  const rows = toRows(columns, rowCount);
  const results = new Float32Array(rowCount * targetCount);
  // Tree by tree: a tree's nodes stay in the nearest cache while all rows pass through it.
  for (let tree = 0; tree < roots.length; tree += 1) {
    const root = roots[tree]!;
    for (let row = 0; row < rowCount; row += 1) {
      const start = row * columns.length;
      let node = root;
      let feature = features[node]!;
      while (feature >= 0) {
        const value = rows[start + feature]!;
        const left = value === value ? value <= thresholds[node]! : missingLeft[node] === 1;
        node = left ? lefts[node]! : rights[node]!;
        feature = features[node]!;
      }
      results[row * targetCount + targets[node]!]! += values[node]!;
    }
  }
  for (let place = 0; place < results.length; place += 1) results[place]! += baseValues[place % targetCount]!;
  return results;
}

/** One row after the other, in float32. */
function toRows(columns: readonly Column[], rowCount: number): Float32Array {
  const rows = new Float32Array(rowCount * columns.length);
  for (const [feature, column] of columns.entries()) {
    for (let row = 0; row < rowCount; row += 1) rows[row * columns.length + feature] = column[row]!;
  }
  return rows;
}

function checkLength(what: string, length: number, wanted: number): void {
  if (length !== wanted) throw new RangeError(`Cannot predict: ${what} must hold ${wanted} numbers, got ${length}`);
}

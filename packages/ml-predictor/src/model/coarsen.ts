/** A column that is the same for all rows of a run is cut no finer than so many runs a piece. */
const RUNS_A_PIECE = 8;
/** Such a column varies within runs by less than this share of its variance. */
const SHARE_WITHIN = 0.1;

/**
 * Rows of one run are alike in what the run brings with it (a slow morning), so a column that is the same for all of them has as many
 * witnesses as there are runs, however many rows. Where it may take a value of its own for each run, trees would learn runs by heart.
 * Gives the column in pieces of several runs each (every value replaced by the middle of its piece), other columns as they are.
 * O(n log n).
 *
 * @param runs - the run of each row; rows of a run stand together
 */
export function coarsen(column: Float32Array, runs: Int32Array): Float32Array {
  let within = 0;
  let total = 0;
  let [count, mean] = [0, 0];
  const means: number[] = [];
  for (let start = 0; start < column.length;) {
    let end = start;
    let [ofRun, runMean] = [0, 0];
    for (; end < column.length && runs[end] === runs[start]; end += 1) {
      const value = column[end]!;
      if (Number.isNaN(value)) continue;
      ofRun += 1;
      const before = value - runMean;
      runMean += before / ofRun;
      within += before * (value - runMean);
      count += 1;
      const beforeAll = value - mean;
      mean += beforeAll / count;
      total += beforeAll * (value - mean);
    }
    if (ofRun > 0) means.push(runMean);
    start = end;
  }
  // With about one row a run, rows are as good as runs.
  if (!(within <= SHARE_WITHIN * total) || total === 0 || count < 2 * means.length) return column;
  means.sort((left, right) => left - right);
  const edges: number[] = [];
  const middles: number[] = [];
  for (let start = 0; start < means.length;) {
    let end = Math.min(start + RUNS_A_PIECE, means.length);
    // Equal runs are never parted, and what is left over joins the last piece.
    while (end < means.length && means[end] === means[end - 1]) end += 1;
    if (means.length - end < RUNS_A_PIECE) end = means.length;
    edges.push(means[start]!);
    middles.push(means[(start + end) >> 1]!);
    start = end;
  }
  return column.map((value) => {
    if (Number.isNaN(value)) return value;
    let piece = edges.length - 1;
    while (piece > 0 && value < edges[piece]!) piece -= 1;
    return middles[piece]!;
  });
}

/** Numbers of one feature or target, one for each row. */
export type Column = Float32Array | Float64Array;

/** Most bins of a feature, not counting the one for missing values; with that one, a bin's number fits into a byte. */
export const MOST_BINS = 255;

const FLOAT32_MAX = 3.4028234663852886e38;

/** Features as small whole numbers: what trees are grown from. */
export interface BinnedColumns {
  readonly rowCount: number;
  /** For each feature the bin of each row. */
  readonly bins: readonly Uint8Array[];
  /**
   * For each feature the float32 thresholds between its bins, ascending: bin `b` holds what is above threshold `b - 1` and at most
   * threshold `b`. Always one less than there are bins for values.
   */
  readonly thresholds: readonly Float32Array[];
  /** For each feature, the bin of missing values; it comes after those of values. -1 where no row misses the feature. */
  readonly missingBins: Int32Array;
  /** For each feature, the threshold that all its values are at most; what tells missing values from all others. */
  readonly ceilings: Float32Array;
  /** Where each feature's bins start in a histogram of all features; one more entry gives the end. */
  readonly offsets: Int32Array;
}

/**
 * Sort the values of every feature into at most `maxBins` bins. A feature with no more distinct values than that has a bin for each; else bins hold
 * about equally many rows, and a value that alone fills one has its own. Values are rounded to float32 first, and thresholds are float32
 * numbers, so that a row lies on the same side of a threshold by its bin and by its value. O(features · rows · log rows).
 *
 * Source: G. Ke et al., "LightGBM: A highly efficient gradient boosting decision tree", NeurIPS 2017.
 */
export function binColumns(columns: readonly Column[], rowCount: number, maxBins: number): BinnedColumns {
  const bins: Uint8Array[] = [];
  const thresholds: Float32Array[] = [];
  const missingBins = new Int32Array(columns.length).fill(-1);
  const ceilings = new Float32Array(columns.length);
  const offsets = new Int32Array(columns.length + 1);
  const sorted = new Float32Array(rowCount);
  for (const [feature, column] of columns.entries()) {
    const values = column instanceof Float32Array ? column : new Float32Array(column);
    let present = 0;
    for (let row = 0; row < rowCount; row += 1) {
      const value = values[row]!;
      if (value === value) {
        sorted[present] = value;
        present += 1;
      }
    }
    const ordered = sorted.subarray(0, present).sort();
    const edges = placeThresholds(ordered, maxBins);
    const valueBins = present === 0 ? 0 : edges.length + 1;
    if (present < rowCount) missingBins[feature] = valueBins;
    ceilings[feature] = present > 0 && ordered[present - 1] === Infinity ? Infinity : FLOAT32_MAX;
    bins.push(assignBins(values, rowCount, edges, valueBins));
    thresholds.push(edges);
    offsets[feature + 1] = offsets[feature]! + valueBins + (present < rowCount ? 1 : 0);
  }
  return { rowCount, bins, thresholds, missingBins, ceilings, offsets };
}

/** Thresholds between the bins of ascending values. */
export function placeThresholds(sorted: Float32Array, maxBins: number): Float32Array {
  const count = sorted.length;
  let distinct = count === 0 ? 0 : 1;
  for (let index = 1; index < count; index += 1) if (sorted[index] !== sorted[index - 1]) distinct += 1;
  const edges = new Float32Array(Math.max(0, Math.min(distinct, maxBins) - 1));
  const single = distinct <= maxBins;
  const large = single ? 1 : count / maxBins;
  let binsLeft = maxBins;
  let rowsLeft = count;
  if (!single) {
    for (let start = 0; start < count;) {
      const end = endOfRun(sorted, start);
      if (end - start >= large) {
        binsLeft -= 1;
        rowsLeft -= end - start;
      }
      start = end;
    }
  }
  let used = 0;
  let inBin = 0;
  let end = count === 0 ? 0 : endOfRun(sorted, 0);
  let size = end;
  while (end < count && used < edges.length) {
    const nextEnd = endOfRun(sorted, end);
    const nextSize = nextEnd - end;
    const isLarge = size >= large;
    inBin += size;
    const aim = rowsLeft / Math.max(1, binsLeft);
    if (isLarge || inBin >= aim || (nextSize >= large && inBin >= aim / 2)) {
      edges[used] = between(sorted[end - 1]!, sorted[end]!);
      used += 1;
      if (!isLarge) {
        rowsLeft -= inBin;
        binsLeft -= 1;
      }
      inBin = 0;
    }
    end = nextEnd;
    size = nextSize;
  }
  return edges.slice(0, used);
}

function endOfRun(sorted: Float32Array, start: number): number {
  const value = sorted[start]!;
  let end = start + 1;
  while (end < sorted.length && sorted[end] === value) end += 1;
  return end;
}

/** A float32 number that is at least `low` and below `high`, in the middle where there is room. */
function between(low: number, high: number): number {
  const middle = Math.fround(Math.max(low, -FLOAT32_MAX) / 2 + Math.min(high, FLOAT32_MAX) / 2);
  return middle >= low && middle < high ? middle : low;
}

function assignBins(values: Float32Array, rowCount: number, edges: Float32Array, missingBin: number): Uint8Array {
  const bins = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) {
    const value = values[row]!;
    if (value !== value) {
      bins[row] = missingBin;
      continue;
    }
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= edges[middle]!) high = middle;
      else low = middle + 1;
    }
    bins[row] = low;
  }
  return bins;
}

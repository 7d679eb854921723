import type { Column } from "./bin-columns.ts";
import type { LossName } from "./losses.ts";
import type { TrainingData, TrainingOptions } from "./training-data.ts";

/** Training data in a few buffers of its own, which can be moved to another thread while the caller keeps theirs. */
export interface PackedTraining {
  /** All columns, one after the other, in float32. */
  readonly columns: Float32Array<ArrayBuffer>;
  readonly columnCount: number;
  /** Distinct target columns, one after the other, in float32. */
  readonly targetColumns: Float32Array<ArrayBuffer>;
  readonly targets: readonly { readonly column: number; readonly loss: LossName }[];
  readonly weights: Float64Array<ArrayBuffer> | undefined;
  readonly rowCount: number;
  readonly options: TrainingOptions;
}

/** Copies checked data. Targets that share an array share it afterwards, too. */
export function packTraining(data: TrainingData, options: TrainingOptions, rowCount: number): PackedTraining {
  const distinct = [...new Set(data.targets.map(({ values }) => values))];
  return {
    columns: concatenate(data.columns, rowCount),
    columnCount: data.columns.length,
    targetColumns: concatenate(distinct, rowCount),
    targets: data.targets.map(({ values, loss }) => ({ column: distinct.indexOf(values), loss })),
    weights: data.weights === undefined ? undefined : new Float64Array(data.weights),
    rowCount,
    options,
  };
}

/** The data again, as views of the packed buffers. */
export function unpackTraining(packed: PackedTraining): TrainingData {
  const part = (columns: Float32Array, place: number): Float32Array =>
    columns.subarray(place * packed.rowCount, (place + 1) * packed.rowCount);
  return {
    columns: Array.from({ length: packed.columnCount }, (_, column) => part(packed.columns, column)),
    targets: packed.targets.map(({ column, loss }) => ({ values: part(packed.targetColumns, column), loss })),
    weights: packed.weights,
  };
}

function concatenate(columns: readonly Column[], rowCount: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(columns.length * rowCount);
  for (const [place, column] of columns.entries()) all.set(column, place * rowCount);
  return all;
}

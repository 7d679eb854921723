/** A graph in numbers: task `i` is the i-th declared one. What planning and executing work on; not part of the public interface. */
export interface GraphIndex {
  readonly at: ReadonlyMap<string, number>;
  readonly needs: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  /** Every task after what it needs. */
  readonly order: Int32Array;
  /** As declared, or the median of the declared ones where a task has none. */
  readonly durationMs: Float64Array;
}

/** Level of each task: 0 without needs, otherwise one more than the highest of its needs. */
export function levels(index: GraphIndex): Int32Array {
  const level = new Int32Array(index.order.length);
  for (const task of index.order) {
    let highest = -1;
    for (const need of index.needs[task] as readonly number[]) highest = Math.max(highest, level[need] as number);
    level[task] = highest + 1;
  }
  return level;
}

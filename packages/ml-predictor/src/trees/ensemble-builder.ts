import type { BinnedColumns } from "./bin-columns.ts";
import type { GrownTree } from "./grow-tree.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

/** Collects trees and puts them into the flat arrays of a {@link TreeEnsemble}, unused fields as its normal form has them. */
export class EnsembleBuilder {
  readonly #binned: BinnedColumns;
  readonly #roots: number[] = [];
  readonly #features: number[] = [];
  readonly #thresholds: number[] = [];
  readonly #lefts: number[] = [];
  readonly #rights: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #targets: number[] = [];
  readonly #values: number[] = [];

  constructor(binned: BinnedColumns) {
    this.#binned = binned;
  }

  get treeCount(): number {
    return this.#roots.length;
  }

  /** Adds a copy of the tree. `values` are those of its leaves, by node. */
  add(tree: GrownTree, values: Float32Array, target: number): void {
    const base = this.#features.length;
    this.#roots.push(base);
    for (let node = 0; node < tree.nodeCount; node += 1) {
      const feature = tree.features[node]!;
      const leaf = feature < 0;
      this.#features.push(feature);
      this.#thresholds.push(leaf ? 0 : this.#thresholdOf(feature, tree.bins[node]!));
      this.#lefts.push(leaf ? -1 : base + tree.lefts[node]!);
      this.#rights.push(leaf ? -1 : base + tree.rights[node]!);
      this.#missingLeft.push(leaf ? 0 : tree.missingLeft[node]!);
      this.#targets.push(leaf ? target : 0);
      this.#values.push(leaf ? values[node]! : 0);
    }
  }

  /** Forgets all trees from the given one on. */
  truncate(treeCount: number): void {
    const nodes = this.#roots[treeCount] ?? this.#features.length;
    this.#roots.length = Math.min(treeCount, this.#roots.length);
    for (const list of [
      this.#features,
      this.#thresholds,
      this.#lefts,
      this.#rights,
      this.#missingLeft,
      this.#targets,
      this.#values,
    ]) {
      list.length = nodes;
    }
  }

  build(baseValues: Float32Array): TreeEnsemble {
    return {
      featureCount: this.#binned.bins.length,
      targetCount: baseValues.length,
      baseValues,
      roots: Int32Array.from(this.#roots),
      features: Int32Array.from(this.#features),
      thresholds: Float32Array.from(this.#thresholds),
      lefts: Int32Array.from(this.#lefts),
      rights: Int32Array.from(this.#rights),
      missingLeft: Uint8Array.from(this.#missingLeft),
      targets: Int32Array.from(this.#targets),
      values: Float32Array.from(this.#values),
    };
  }

  #thresholdOf(feature: number, bin: number): number {
    return bin < 0 ? this.#binned.ceilings[feature]! : this.#binned.thresholds[feature]![bin]!;
  }
}

/**
 * Regression trees whose values add up, for one or several targets. All numbers that decide are float32, so that every reader of
 * the model sends a row to the same leaf: thresholds are float32 values, and features are rounded to float32 before they are
 * compared.
 *
 * Nodes of all trees stand one after the other in flat arrays of equal length. A child is given by its place in those arrays.
 *
 * What every reader and writer of this type holds to (`onnx/find-ensemble-problem.ts` checks it): the nodes of a tree stand together,
 * its root first, and trees stand in the order of `roots`; every node but a root is the child of exactly one node; no threshold, value
 * or base value is NaN, and only thresholds may be infinite. Unused fields are 0 in the normal form, and -1 where they name a feature
 * or a child: that is what a file gives back.
 */
export interface TreeEnsemble {
  /** How many features a row has. */
  readonly featureCount: number;
  /** How many values a row is given, such as one for each quantile. */
  readonly targetCount: number;
  /** What each target starts from, before the trees; `targetCount` values. */
  readonly baseValues: Float32Array;
  /** Place of the root of each tree. */
  readonly roots: Int32Array;
  /** The feature that a node looks at; -1 for a leaf. */
  readonly features: Int32Array;
  /** A row goes left if its feature is at most this (`BRANCH_LEQ`); unused for a leaf. */
  readonly thresholds: Float32Array;
  /** Where rows go that are at most the threshold; unused for a leaf. */
  readonly lefts: Int32Array;
  /** Where the others go; unused for a leaf. */
  readonly rights: Int32Array;
  /** 1 where a row whose feature is missing (NaN) goes left, 0 where it goes right; unused for a leaf. */
  readonly missingLeft: Uint8Array;
  /** The target to which a leaf adds; unused for other nodes. */
  readonly targets: Int32Array;
  /** What a leaf adds; unused for other nodes. */
  readonly values: Float32Array;
}

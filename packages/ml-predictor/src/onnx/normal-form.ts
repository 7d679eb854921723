import type { TreeEnsemble } from "../trees/tree-ensemble.ts";

/** An ensemble with what is unused set to 0, or to -1 where it names a feature or a child. Its arrays are new. Pure. */
export function toNormalForm(ensemble: TreeEnsemble): TreeEnsemble {
  const { featureCount, targetCount, baseValues, roots, features } = ensemble;
  const forBranches = <T extends TypedArray>(values: T, unused: number): T =>
    copy(values, unused, (node) => features[node]! >= 0);
  const forLeaves = <T extends TypedArray>(values: T): T => copy(values, 0, (node) => features[node]! < 0);
  return {
    featureCount,
    targetCount,
    baseValues: baseValues.slice(),
    roots: roots.slice(),
    features: forBranches(features, -1),
    thresholds: forBranches(ensemble.thresholds, 0),
    lefts: forBranches(ensemble.lefts, -1),
    rights: forBranches(ensemble.rights, -1),
    missingLeft: forBranches(ensemble.missingLeft, 0).map((flag) => (flag === 0 ? 0 : 1)),
    targets: forLeaves(ensemble.targets),
    values: forLeaves(ensemble.values),
  };
}

type TypedArray = Float32Array | Int32Array | Uint8Array;

function copy<T extends TypedArray>(values: T, unused: number, isUsed: (node: number) => boolean): T {
  const copied = values.slice() as T;
  for (let node = 0; node < copied.length; node += 1) {
    if (!isUsed(node)) copied[node] = unused;
  }
  return copied;
}

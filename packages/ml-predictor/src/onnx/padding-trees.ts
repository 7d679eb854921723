import type { TreeEnsemble } from "../trees/tree-ensemble.ts";

/**
 * Targets that need a tree of their own in a file, one that adds 0. onnxruntime (seen in 1.20 and 1.30) gives 0 instead of the base
 * value for a target to which no leaf has added, where there are several targets. So there are such trees for those targets that not
 * every row is sure to reach.
 */
export function targetsWithoutTree(ensemble: TreeEnsemble): readonly number[] {
  const { targetCount, roots, features, targets } = ensemble;
  if (targetCount === 1) return [];
  const covered = new Set<number>();
  for (const [tree, root] of roots.entries()) {
    const own = new Set<number>();
    const end = roots[tree + 1] ?? features.length;
    for (let node = root; node < end; node += 1) {
      if (features[node] === -1) own.add(targets[node]!);
    }
    // A tree whose leaves all add to one target reaches it with every row.
    if (own.size === 1) for (const target of own) covered.add(target);
  }
  return Array.from({ length: targetCount }, (_, target) => target).filter((target) => !covered.has(target));
}

/** The ensemble with one more tree for each target, which adds 0 to it. */
export function padTrees(ensemble: TreeEnsemble, paddedTargets: readonly number[]): TreeEnsemble {
  if (paddedTargets.length === 0) return ensemble;
  const nodes = ensemble.features.length;
  const more = paddedTargets.map(() => 0);
  const none = paddedTargets.map(() => -1);
  return {
    ...ensemble,
    roots: Int32Array.from([...ensemble.roots, ...more.map((_, index) => nodes + index)]),
    features: Int32Array.from([...ensemble.features, ...none]),
    thresholds: Float32Array.from([...ensemble.thresholds, ...more]),
    lefts: Int32Array.from([...ensemble.lefts, ...none]),
    rights: Int32Array.from([...ensemble.rights, ...none]),
    missingLeft: Uint8Array.from([...ensemble.missingLeft, ...more]),
    targets: Int32Array.from([...ensemble.targets, ...paddedTargets]),
    values: Float32Array.from([...ensemble.values, ...more]),
  };
}

/** The ensemble without its last `count` trees; `undefined` where those are not what {@link padTrees} adds. */
export function unpadTrees(ensemble: TreeEnsemble, count: number): TreeEnsemble | undefined {
  if (count === 0) return ensemble;
  const { roots, features, values } = ensemble;
  const nodes = features.length - count;
  if (count > roots.length || roots[roots.length - count] !== nodes) return undefined;
  if (!features.subarray(nodes).every((feature) => feature === -1)) return undefined;
  if (!values.subarray(nodes).every((value) => Object.is(value, 0))) return undefined;
  return {
    ...ensemble,
    roots: roots.slice(0, roots.length - count),
    features: features.slice(0, nodes),
    thresholds: ensemble.thresholds.slice(0, nodes),
    lefts: ensemble.lefts.slice(0, nodes),
    rights: ensemble.rights.slice(0, nodes),
    missingLeft: ensemble.missingLeft.slice(0, nodes),
    targets: ensemble.targets.slice(0, nodes),
    values: values.slice(0, nodes),
  };
}

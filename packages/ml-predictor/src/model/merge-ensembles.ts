import type { TreeEnsemble } from "../trees/tree-ensemble.ts";

/**
 * One ensemble of several with one target each: the first one's target becomes target 0, and so on. Where one has no tree it gets
 * one that adds 0, for runtimes that expect every target to be named.
 *
 * @param ensembles - at least one; all for the same features
 */
export function mergeEnsembles(ensembles: readonly TreeEnsemble[]): TreeEnsemble {
  const parts = ensembles.map((ensemble) => (ensemble.roots.length === 0 ? withStump(ensemble) : ensemble));
  const nodeCount = parts.reduce((sum, { features }) => sum + features.length, 0);
  const merged = {
    featureCount: parts[0]!.featureCount,
    targetCount: parts.length,
    baseValues: Float32Array.from(parts, ({ baseValues }) => baseValues[0]!),
    roots: new Int32Array(parts.reduce((sum, { roots }) => sum + roots.length, 0)),
    features: new Int32Array(nodeCount),
    thresholds: new Float32Array(nodeCount),
    lefts: new Int32Array(nodeCount),
    rights: new Int32Array(nodeCount),
    missingLeft: new Uint8Array(nodeCount),
    targets: new Int32Array(nodeCount),
    values: new Float32Array(nodeCount),
  };
  let [nodes, trees] = [0, 0];
  for (const [target, part] of parts.entries()) {
    merged.roots.set(
      part.roots.map((root) => root + nodes),
      trees,
    );
    merged.features.set(part.features, nodes);
    merged.thresholds.set(part.thresholds, nodes);
    merged.missingLeft.set(part.missingLeft, nodes);
    merged.values.set(part.values, nodes);
    for (let node = 0; node < part.features.length; node += 1) {
      const isLeaf = part.features[node]! < 0;
      merged.lefts[nodes + node] = isLeaf ? part.lefts[node]! : part.lefts[node]! + nodes;
      merged.rights[nodes + node] = isLeaf ? part.rights[node]! : part.rights[node]! + nodes;
      merged.targets[nodes + node] = isLeaf ? target : part.targets[node]!;
    }
    nodes += part.features.length;
    trees += part.roots.length;
  }
  return merged;
}

function withStump({ featureCount, baseValues }: TreeEnsemble): TreeEnsemble {
  return {
    featureCount,
    targetCount: 1,
    baseValues,
    roots: Int32Array.of(0),
    features: Int32Array.of(-1),
    thresholds: Float32Array.of(0),
    lefts: Int32Array.of(-1),
    rights: Int32Array.of(-1),
    missingLeft: Uint8Array.of(0),
    targets: Int32Array.of(0),
    values: Float32Array.of(0),
  };
}

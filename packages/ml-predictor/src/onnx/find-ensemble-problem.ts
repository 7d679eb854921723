import type { TreeEnsemble } from "../trees/tree-ensemble.ts";

/** Most features a model may have. */
export const MAX_FEATURES = 65_536;
/** Most targets a model may have. */
export const MAX_TARGETS = 1024;
/** Most nodes that all trees may have together. */
export const MAX_NODES = 1_000_000;
/** Most branches that may lie between a root and a leaf; native runtimes before 1.23 recurse over a tree when they load it. */
export const MAX_DEPTH = 1000;

/**
 * What keeps an ensemble from being evaluated, in words; `undefined` where nothing does. Pure, in
 * time proportional to the number of nodes, whatever the arrays hold: children out of range, pointing at themselves, in circles.
 */
export function findEnsembleProblem(ensemble: TreeEnsemble): string | undefined {
  const { featureCount, targetCount, baseValues, roots, features } = ensemble;
  const nodes = features.length;
  if (!isCount(featureCount, MAX_FEATURES)) return `${featureCount} features, must be 1 to ${MAX_FEATURES}`;
  if (!isCount(targetCount, MAX_TARGETS)) return `${targetCount} targets, must be 1 to ${MAX_TARGETS}`;
  if (nodes > MAX_NODES) return `${nodes} nodes, must be at most ${MAX_NODES}`;
  if (baseValues.length !== targetCount) return `${baseValues.length} base values for ${targetCount} targets`;
  if (!baseValues.every(Number.isFinite)) return "a base value is not finite";
  const { thresholds, lefts, rights, missingLeft, targets, values } = ensemble;
  for (const [name, { length }] of Object.entries({ thresholds, lefts, rights, missingLeft, targets, values })) {
    if (length !== nodes) return `${length} ${name} for ${nodes} nodes`;
  }
  if ((roots[0] ?? nodes) !== 0) return "the first node is not the root of the first tree";
  for (let tree = 0; tree < roots.length; tree += 1) {
    const end = roots[tree + 1] ?? nodes;
    if (end <= roots[tree]! || end > nodes) return `tree ${tree} begins at node ${roots[tree]} and ends before ${end}`;
    const problem = findTreeProblem(ensemble, roots[tree]!, end);
    if (problem !== undefined) return `tree ${tree}: ${problem}`;
  }
  return undefined;
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

/** Walks the tree level by level; its nodes are those from `root` up to `end`. */
function findTreeProblem(ensemble: TreeEnsemble, root: number, end: number): string | undefined {
  const { featureCount, targetCount, features, thresholds, lefts, rights, targets, values } = ensemble;
  const seen = new Uint8Array(end - root);
  seen[0] = 1;
  let level = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `deeper than ${MAX_DEPTH}`;
    const next: number[] = [];
    for (const node of level) {
      count += 1;
      const feature = features[node]!;
      if (feature === -1) {
        const target = targets[node]!;
        if (target < 0 || target >= targetCount) return `node ${node} adds to target ${target} of ${targetCount}`;
        if (!Number.isFinite(values[node])) return `node ${node} adds ${values[node]}`;
        continue;
      }
      if (feature < 0 || feature >= featureCount) return `node ${node} looks at feature ${feature} of ${featureCount}`;
      if (Number.isNaN(thresholds[node])) return `node ${node} compares with NaN`;
      for (const child of [lefts[node]!, rights[node]!]) {
        if (child < root || child >= end) return `node ${node} has a child outside of the tree, ${child}`;
        if (seen[child - root] === 1) return `node ${child} is reached twice`;
        seen[child - root] = 1;
        next.push(child);
      }
    }
    level = next;
  }
  return count === end - root ? undefined : `${end - root - count} of its nodes cannot be reached`;
}

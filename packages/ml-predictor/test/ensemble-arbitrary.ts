import fc from "fast-check";
import type { TreeEnsemble } from "../src/trees/tree-ensemble.ts";

type Node =
  | { readonly target: number; readonly value: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly missingLeft: boolean;
      readonly left: Node;
      readonly right: Node;
    };

/** Numbers of which some often meet: zeros of both signs, infinities, the smallest there are. */
const LANDMARKS = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, Infinity, -Infinity];

const threshold = fc.oneof(fc.constantFrom(...LANDMARKS), fc.float({ noNaN: true }));
const addend = fc.oneof(fc.constantFrom(0, -0, 2 ** -149), fc.float({ noNaN: true, min: -1000, max: 1000 }));
/** A feature of a row. */
const feature = fc.oneof(fc.constantFrom(...LANDMARKS, NaN), fc.float());

/** Valid ensembles in their normal form, and rows for them, some features of which are thresholds. */
export const ensembleAndRows: fc.Arbitrary<{ ensemble: TreeEnsemble; rows: Float32Array }> = fc
  .record({ featureCount: fc.integer({ min: 1, max: 4 }), targetCount: fc.integer({ min: 1, max: 3 }) })
  .chain(({ featureCount, targetCount }) => {
    const { tree } = fc.letrec<{ tree: Node; leaf: Node; branch: Node }>((tie) => ({
      leaf: fc.record({ target: fc.integer({ min: 0, max: targetCount - 1 }), value: addend }),
      branch: fc.record({
        feature: fc.integer({ min: 0, max: featureCount - 1 }),
        threshold,
        missingLeft: fc.boolean(),
        left: tie("tree"),
        right: tie("tree"),
      }),
      tree: fc.oneof({ depthSize: "small", withCrossShrink: true }, tie("leaf"), tie("branch")),
    }));
    return fc
      .record({
        trees: fc.array(tree, { maxLength: 6 }),
        baseValues: fc.array(addend, { minLength: targetCount, maxLength: targetCount }),
        picks: fc.array(fc.array(fc.oneof(feature, fc.nat()), { minLength: featureCount, maxLength: featureCount }), {
          maxLength: 6,
        }),
      })
      .map(({ trees, baseValues, picks }) => {
        const ensemble = flatten(featureCount, targetCount, baseValues, trees);
        const { thresholds } = ensemble;
        const numbers = picks.flat().map((pick) => {
          const isPlace = Number.isInteger(pick) && pick > 1 && thresholds.length > 0;
          return isPlace ? thresholds[pick % thresholds.length] : pick;
        });
        return { ensemble, rows: Float32Array.from(numbers) };
      });
  });

/** Trees as arrays; each tree level by level, so that children stand anywhere behind their parents. */
export function flatten(
  featureCount: number,
  targetCount: number,
  baseValues: number[],
  trees: readonly Node[],
): TreeEnsemble {
  const roots: number[] = [];
  const nodes: Node[] = [];
  const lefts: number[] = [];
  const rights: number[] = [];
  for (const tree of trees) {
    roots.push(nodes.length);
    const queue: Node[] = [tree];
    for (const node of queue) {
      nodes.push(node);
      if ("left" in node) {
        lefts.push(roots.at(-1)! + queue.length);
        rights.push(roots.at(-1)! + queue.length + 1);
        queue.push(node.left, node.right);
      } else {
        lefts.push(-1);
        rights.push(-1);
      }
    }
  }
  return {
    featureCount,
    targetCount,
    baseValues: Float32Array.from(baseValues),
    roots: Int32Array.from(roots),
    features: Int32Array.from(nodes, (node) => ("left" in node ? node.feature : -1)),
    thresholds: Float32Array.from(nodes, (node) => ("left" in node ? node.threshold : 0)),
    lefts: Int32Array.from(lefts),
    rights: Int32Array.from(rights),
    missingLeft: Uint8Array.from(nodes, (node) => ("left" in node && node.missingLeft ? 1 : 0)),
    targets: Int32Array.from(nodes, (node) => ("left" in node ? 0 : node.target)),
    values: Float32Array.from(nodes, (node) => ("left" in node ? 0 : node.value)),
  };
}

/** Metadata for a model of so many features. */
export function metadataFor(featureCount: number): {
  featureVersion: number;
  featureNames: string[];
  trainedOn: { runs: number };
  scores: { within20: number };
} {
  const featureNames = Array.from({ length: featureCount }, (_, index) => `feature ${index} "é"`);
  return { featureVersion: 3, featureNames, trainedOn: { runs: 40 }, scores: { within20: 0.875 } };
}

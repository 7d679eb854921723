import { expect, test } from "vitest";
import { createRandom } from "../../test/histories.ts";
import { findEnsembleProblem } from "../onnx/find-ensemble-problem.ts";
import { predictTrees } from "../trees/predict-trees.ts";
import { trainTrees } from "../trees/train-trees.ts";
import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { mergeEnsembles } from "./merge-ensembles.ts";

function train(level: number, iterations: number): TreeEnsemble {
  const random = createRandom(6);
  const columns = [0, 1].map(() => Float32Array.from({ length: 300 }, () => random()));
  const values = Float32Array.from(
    { length: 300 },
    (_, row) => (columns[0]?.[row] ?? 0) + random() * (columns[1]?.[row] ?? 0),
  );
  const options = { iterations, validationShare: 0 };
  return trainTrees({ columns, targets: [{ values, loss: { type: "quantile", level } }] }, options).ensemble;
}

test("a merged ensemble gives each target what its own ensemble gives", () => {
  const parts = [train(0.5, 5), train(0.9, 9)];
  const merged = mergeEnsembles(parts);
  expect(findEnsembleProblem(merged)).toBeUndefined();
  for (const row of [
    [0.1, 0.9],
    [0.7, 0.2],
    [Number.NaN, 0.5],
  ]) {
    expect([...predictTrees(merged, row)]).toEqual(parts.map((part) => predictTrees(part, row)[0]));
  }
});

test("an ensemble without trees becomes one that adds nothing", () => {
  const some = train(0.9, 3);
  const none: TreeEnsemble = {
    ...some,
    baseValues: Float32Array.of(0.25),
    roots: new Int32Array(0),
    features: new Int32Array(0),
    thresholds: new Float32Array(0),
    lefts: new Int32Array(0),
    rights: new Int32Array(0),
    missingLeft: new Uint8Array(0),
    targets: new Int32Array(0),
    values: new Float32Array(0),
  };
  const merged = mergeEnsembles([none, some]);
  expect(findEnsembleProblem(merged)).toBeUndefined();
  expect([...predictTrees(merged, [0.5, 0.5])]).toEqual([0.25, predictTrees(some, [0.5, 0.5])[0]]);
});

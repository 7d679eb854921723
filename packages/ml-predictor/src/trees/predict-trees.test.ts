import * as fc from "fast-check";
import { expect, test } from "vitest";
import { predictColumns, predictTrees } from "./predict-trees.ts";
import { trainTrees } from "./train-trees.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

/** One split of feature 0 at 1.5 for target 0, and a lone leaf for target 1. */
const ensemble: TreeEnsemble = {
  featureCount: 2,
  targetCount: 2,
  baseValues: Float32Array.of(10, 20),
  roots: Int32Array.of(0, 3),
  features: Int32Array.of(0, -1, -1, -1),
  thresholds: Float32Array.of(1.5, 0, 0, 0),
  lefts: Int32Array.of(1, -1, -1, -1),
  rights: Int32Array.of(2, -1, -1, -1),
  missingLeft: Uint8Array.of(1, 0, 0, 0),
  targets: Int32Array.of(0, 0, 0, 1),
  values: Float32Array.of(0, 1, 2, 5),
};

test("predictTrees() sends values up to the threshold left, others right, missing ones where the node says", () => {
  expect([...predictTrees(ensemble, [1.5, 0])]).toEqual([11, 25]);
  expect([...predictTrees(ensemble, [1.5000002, 0])]).toEqual([12, 25]);
  expect([...predictTrees(ensemble, [Number.NaN, 0])]).toEqual([11, 25]);
  expect([...predictTrees({ ...ensemble, missingLeft: new Uint8Array(4) }, [Number.NaN, 0])]).toEqual([12, 25]);
});

test("predictTrees() compares in float32: what rounds to the threshold goes left", () => {
  expect(predictTrees(ensemble, [1.500_000_000_1, 0])[0]).toBe(11);
});

test("predictTrees() puts values where it is told to", () => {
  const out = Float32Array.of(7, 7);
  expect(predictTrees(ensemble, [0, 0], out)).toBe(out);
  expect([...out]).toEqual([11, 25]);
});

test("a row, columns or room of another size are refused", () => {
  expect(() => predictTrees(ensemble, [1])).toThrow(RangeError);
  expect(() => predictTrees(ensemble, [1, 2], new Float32Array(1))).toThrow(RangeError);
  expect(() => predictColumns(ensemble, [Float32Array.of(1)])).toThrow(RangeError);
  expect(() => predictColumns(ensemble, [Float32Array.of(1), Float32Array.of(1, 2)])).toThrow(RangeError);
});

test("property: predictColumns() gives for each row what predictTrees() gives", () => {
  const values = fc.array(fc.tuple(fc.double(), fc.integer({ min: 0, max: 3 }), fc.integer({ min: -20, max: 20 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(values, (rows) => {
      const columns = [Float64Array.from(rows, ([x]) => x), Float64Array.from(rows, ([, z]) => z)];
      const outcomes = Float64Array.from(rows, ([, , y]) => y);
      const { ensemble } = trainTrees(
        {
          columns,
          targets: [
            { values: outcomes, loss: { type: "squared" } },
            { values: outcomes, loss: { type: "quantile", level: 0.9 } },
          ],
        },
        { iterations: 5, minRowsInLeaf: 2, learningRate: 0.5 },
      );
      const all = predictColumns(ensemble, columns);
      for (const [row, [x, z]] of rows.entries()) {
        expect(all.slice(2 * row, 2 * row + 2)).toEqual(predictTrees(ensemble, [x, z]));
      }
    }),
  );
});

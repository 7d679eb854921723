import { expect, test } from "vitest";
import { flatten } from "../../test/ensemble-arbitrary.ts";
import { createEvaluator } from "./create-evaluator.ts";

const tree = { target: 0, value: 1 };

test("sums are rounded to float32 tree by tree, and the base value comes last", () => {
  const values = [16_777_216, 1, 1, -16_777_216];
  const trees = values.map((value) => ({ target: 0, value }));
  // In float32, 16777216 + 1 is 16777216.
  expect([...createEvaluator(flatten(1, 1, [0.5], trees)).predict(Float32Array.of(0))]).toEqual([0.5]);
});

test("without trees, the base values are predicted", () => {
  expect([...createEvaluator(flatten(1, 2, [3, 4], [])).predict(new Float32Array(2))]).toEqual([3, 4, 3, 4]);
});

test("rows that are not whole are refused", () => {
  expect(() => createEvaluator(flatten(2, 1, [0], [tree])).predict(new Float32Array(3))).toThrow(
    new RangeError("Cannot predict: `rows` must hold 2 numbers a row, got 3"),
  );
});

test("more rows than fit into a batch are each predicted", () => {
  const branch = { feature: 0, threshold: 500, missingLeft: false, left: tree, right: { target: 0, value: 2 } };
  const rows = Float32Array.from({ length: 1000 }, (_, row) => row);
  const expected = Float32Array.from(rows, (row) => (row <= 500 ? 1 : 2));
  expect(createEvaluator(flatten(1, 1, [0], [branch])).predict(rows)).toEqual(expected);
});

test.each([
  ["has a child in a circle", { lefts: Int32Array.of(0, -1, -1) }, "tree 0: node 0 is reached twice"],
  [
    "has a child out of range",
    { rights: Int32Array.of(9, -1, -1) },
    "tree 0: node 0 has a child outside of the tree, 9",
  ],
  [
    "has a node that cannot be reached",
    { features: Int32Array.of(-1, -1, -1) },
    "tree 0: 2 of its nodes cannot be reached",
  ],
  ["compares with NaN", { thresholds: Float32Array.of(NaN, 0, 0) }, "tree 0: node 0 compares with NaN"],
  ["adds NaN", { values: Float32Array.of(0, NaN, 0) }, "tree 0: node 1 adds NaN"],
  ["adds to a target it does not have", { targets: Int32Array.of(0, 1, 0) }, "tree 0: node 1 adds to target 1 of 1"],
  ["has arrays of other lengths", { missingLeft: Uint8Array.of(0) }, "1 missingLeft for 3 nodes"],
  ["begins elsewhere", { roots: Int32Array.of(1) }, "the first node is not the root of the first tree"],
  ["has too many base values", { baseValues: Float32Array.of(1, 2) }, "2 base values for 1 targets"],
])("an ensemble that %s is refused", (_, change, message) => {
  const branch = { feature: 0, threshold: 1, missingLeft: false, left: tree, right: tree };
  const ensemble = { ...flatten(1, 1, [0], [branch]), ...change };
  expect(() => createEvaluator(ensemble)).toThrow(new TypeError(`Cannot create an evaluator: ${message}`));
});

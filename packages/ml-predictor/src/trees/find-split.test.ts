import * as fc from "fast-check";
import { expect, test } from "vitest";
import { binColumns } from "./bin-columns.ts";
import { findSplit, type Split } from "./find-split.ts";
import { createHistogram, fillHistogram } from "./histogram.ts";

const rowsOf = fc.array(
  fc.record({
    x: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN)),
    z: fc.integer({ min: 0, max: 3 }),
    gradient: fc.integer({ min: -9, max: 9 }),
  }),
  { minLength: 1, maxLength: 30 },
);

test("property: findSplit() finds the best of all thresholds and of both sides for missing values", () => {
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 1, 5), (rows, minRowsInLeaf, l2) => {
      const count = rows.length;
      const columns = [Float64Array.from(rows, ({ x }) => x), Float64Array.from(rows, ({ z }) => z)];
      const gradients = Float64Array.from(rows, ({ gradient }) => gradient);
      const binned = binColumns(columns, count, 255);
      const features = Int32Array.of(0, 1);
      const histogram = createHistogram(binned.offsets.at(-1)!, false);
      const all = Int32Array.from(rows.keys());
      fillHistogram(histogram, binned, features, all, 0, count, gradients, undefined, new Float64Array(count));
      const total = gradients.reduce((sum, gradient) => sum + gradient, 0);
      const split: Split = { feature: 0, bin: 0, missingLeft: false, gain: 0 };
      const limits = { minRowsInLeaf, minGain: 0, l2 };
      findSplit(histogram, binned, features, { gradient: total, weight: count, count }, limits, split);

      const gainOf = (goesLeft: (row: number) => boolean): number => {
        const left = gradients.filter((_, row) => goesLeft(row));
        if (left.length < minRowsInLeaf || count - left.length < minRowsInLeaf) return 0;
        const sum = left.reduce((sum, gradient) => sum + gradient, 0);
        return (
          sum ** 2 / (left.length + l2) + (total - sum) ** 2 / (count - left.length + l2) - total ** 2 / (count + l2)
        );
      };
      let best = 0;
      for (const column of columns) {
        for (const threshold of [0, 1, 2, 3, 4, 5]) {
          for (const missingLeft of [true, false]) {
            const gain = gainOf((row) => (Number.isNaN(column[row]) ? missingLeft : column.at(row)! <= threshold));
            best = Math.max(best, gain);
          }
        }
      }
      if (best < 1e-9) expect(split.feature).toBe(-1);
      else {
        expect(split.gain).toBeCloseTo(best, 9);
        // And the split is the one whose gain it tells.
        const column = columns.at(split.feature)!;
        const threshold = split.bin < 0 ? Infinity : binned.thresholds.at(split.feature)!.at(split.bin)!;
        const told = gainOf((row) => (Number.isNaN(column[row]) ? split.missingLeft : column.at(row)! <= threshold));
        expect(told).toBeCloseTo(best, 9);
      }
    }),
  );
});

test("findSplit() refuses gains up to `minGain`, and what rounding alone would gain", () => {
  const binned = binColumns([Float64Array.of(1, 2)], 2, 255);
  const split: Split = { feature: 0, bin: 0, missingLeft: false, gain: 0 };
  const find = (gradients: readonly [number, number], minGain: number): number => {
    const histogram = { gradients: Float64Array.from(gradients), weights: undefined, counts: Int32Array.of(1, 1) };
    const node = { gradient: gradients[0] + gradients[1], weight: 2, count: 2 };
    findSplit(histogram, binned, Int32Array.of(0), node, { minRowsInLeaf: 1, minGain, l2: 0 }, split);
    return split.feature;
  };
  // Gains 2: 1 + 1 − 0.
  expect(find([1, -1], 1.99)).toBe(0);
  expect(find([1, -1], 2)).toBe(-1);
  expect(find([0.1, 0.1 + 1e-16], 0)).toBe(-1);
});

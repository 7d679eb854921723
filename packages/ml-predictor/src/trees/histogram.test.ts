import * as fc from "fast-check";
import { expect, test } from "vitest";
import { binColumns } from "./bin-columns.ts";
import { createHistogram, fillHistogram, type Histogram, subtractHistogram } from "./histogram.ts";

const table = fc
  .record({ features: fc.integer({ min: 1, max: 9 }), rows: fc.integer({ min: 1, max: 40 }) })
  .chain(({ features, rows }) =>
    fc.record({
      columns: fc.array(
        fc
          .array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Number.NaN)), {
            minLength: rows,
            maxLength: rows,
          })
          .map((values) => Float64Array.from(values)),
        { minLength: features, maxLength: features },
      ),
      // Whole numbers, so that sums are exact in any order.
      gradients: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: rows, maxLength: rows }),
      weights: fc.option(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: rows, maxLength: rows })),
      cut: fc.nat(rows),
    }),
  );

test("property: a histogram adds up gradients, weights and rows by bin, and subtraction gives what direct counting gives", () => {
  fc.assert(
    fc.property(table, ({ columns, gradients, weights, cut }) => {
      const count = gradients.length;
      const binned = binColumns(columns, count, 255);
      const rows = Int32Array.from({ length: count }, (_, row) => count - 1 - row);
      const features = Int32Array.from(columns.keys());
      const weightsOf = weights === null ? undefined : Float64Array.from(weights);
      const fill = (start: number, end: number): Histogram => {
        const histogram = createHistogram(binned.offsets.at(-1)!, weightsOf !== undefined);
        // What it held before must not matter.
        histogram.gradients.fill(9);
        histogram.counts.fill(9);
        const room = new Float64Array(2 * count);
        fillHistogram(histogram, binned, features, rows, start, end, Float64Array.from(gradients), weightsOf, room);
        return histogram;
      };
      const whole = fill(0, count);
      const addUp = (slot: number, valueOf: (row: number) => number): number => {
        const feature = features.findLast((feature) => binned.offsets.at(feature)! <= slot)!;
        const bin = slot - binned.offsets.at(feature)!;
        const inBin = [...rows].filter((row) => binned.bins.at(feature)!.at(row) === bin);
        return inBin.reduce((sum, row) => sum + valueOf(row), 0);
      };
      const expected = {
        gradients: whole.gradients.map((_, slot) => addUp(slot, (row) => gradients.at(row)!)),
        weights:
          weights === null ? undefined : whole.gradients.map((_, slot) => addUp(slot, (row) => weights.at(row)!)),
        counts: whole.counts.map((_, slot) => addUp(slot, () => 1)),
      };
      expect(whole).toEqual(expected);
      subtractHistogram(whole, fill(0, cut));
      const rest = fill(cut, count);
      expect(whole.counts).toEqual(rest.counts);
      expect(whole.gradients.map((sum) => sum + 0)).toEqual(rest.gradients.map((sum) => sum + 0));
      expect(whole.weights).toEqual(rest.weights);
    }),
  );
});

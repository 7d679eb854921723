import * as fc from "fast-check";
import { expect, test } from "vitest";
import { selectQuantile } from "./select-quantile.ts";

const numbers = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e30, max: 1e30 })), {
  minLength: 1,
  maxLength: 60,
});
const level = fc.double({ min: 0.01, max: 0.99, noNaN: true });

/** Definition 6 of Hyndman and Fan, by sorting. */
function bySorting(values: readonly number[], level: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = Math.max(1, Math.min(sorted.length, level * (sorted.length + 1)));
  const low = sorted.at(Math.floor(position) - 1)!;
  const high = sorted.at(Math.ceil(position) - 1)!;
  return low + (position - Math.floor(position)) * (high - low);
}

test("property: selectQuantile() is what sorting gives", () => {
  fc.assert(
    fc.property(numbers, level, (values, level) => {
      const expected = bySorting(values, level);
      const found = selectQuantile(Float64Array.from(values), undefined, values.length, level);
      const size = Math.max(...values.map(Math.abs));
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * size);
    }),
  );
});

test("property: equal weights of any size change nothing", () => {
  fc.assert(
    fc.property(numbers, level, fc.constantFrom(0.5, 1, 8), (values, level, weight) => {
      const plain = selectQuantile(Float64Array.from(values), undefined, values.length, level);
      const weights = new Float64Array(values.length).fill(weight);
      const weighted = selectQuantile(Float64Array.from(values), weights, values.length, level);
      expect(Math.abs(weighted - plain)).toBeLessThanOrEqual(1e-12 * Math.max(...values.map(Math.abs)));
    }),
  );
});

test("property: with weights the order of rows does not matter, a higher level is never lower, and nothing is made up", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 64 })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(rows, level, level, (rows, one, two) => {
      const select = (ordered: typeof rows, level: number): number =>
        selectQuantile(
          Float64Array.from(ordered, ([value]) => value),
          Float64Array.from(ordered, ([, weight]) => weight),
          ordered.length,
          level,
        );
      const low = select(rows, Math.min(one, two));
      const high = select(rows, Math.max(one, two));
      expect(select(rows.toReversed(), Math.min(one, two))).toBe(low);
      expect(high).toBeGreaterThanOrEqual(low);
      const values = rows.map(([value]) => value);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values));
      expect(high).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
});

test("a heavy value draws the quantile to itself", () => {
  const median = (heavy: number): number =>
    selectQuantile(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(1, 1, 1, 1, heavy), 5, 0.5);
  expect(median(1)).toBe(3);
  expect(median(100)).toBe(5);
});

test("the quantile of nothing is NaN", () => {
  expect(selectQuantile(new Float64Array(3), undefined, 0, 0.5)).toBeNaN();
});

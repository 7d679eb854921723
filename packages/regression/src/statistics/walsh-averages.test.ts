import fc from "fast-check";
import { expect, test } from "vitest";
import { median } from "./median.ts";
import { hodgesLehmann, walshAverage } from "./walsh-averages.ts";

function allAverages(values: readonly number[]): number[] {
  return values
    .flatMap((left, place) => values.slice(place).map((right) => left / 2 + right / 2))
    .sort((left, right) => left - right);
}

const some = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 40 });

test("walshAverage() is the one of that rank", () => {
  fc.assert(
    fc.property(some, fc.nat(), (values, pick) => {
      const all = allAverages(values);
      const place = pick % all.length;
      const sorted = Float64Array.from(values).sort();
      expect(walshAverage(sorted, place + 1)).toBe(all[place]);
    }),
  );
});

test("hodgesLehmann() is the median of all averages of two", () => {
  fc.assert(
    fc.property(some, (values) => {
      expect(hodgesLehmann(values)).toBeCloseTo(median(allAverages(values)), 12);
    }),
  );
  expect(hodgesLehmann([])).toBeNaN();
  expect(hodgesLehmann([7])).toBe(7);
  expect(hodgesLehmann([5, 5, 5])).toBe(5);
  expect(hodgesLehmann([1, 2, 3, 1e12])).toBeCloseTo(2.75, 12);
});

test("hodgesLehmann() moves and turns with its values", () => {
  fc.assert(
    fc.property(some, fc.integer({ min: -500, max: 500 }), (values, shift) => {
      expect(hodgesLehmann(values.map((value) => value + shift))).toBeCloseTo(hodgesLehmann(values) + shift, 9);
      expect(hodgesLehmann(values.map((value) => -value))).toBeCloseTo(-hodgesLehmann(values), 9);
    }),
  );
});

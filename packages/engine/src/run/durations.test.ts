import fc from "fast-check";
import { expect, test } from "vitest";
import { medianOf } from "./durations.ts";

test("the median is the middle value, the lower of two, 0 for none", () => {
  expect([medianOf([]), medianOf([3]), medianOf([10, 2]), medianOf([10, 2, 3])]).toEqual([0, 3, 2, 3]);
});

test("at least half of the values are not above the median, at least half not below, and the list stays as it is", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
      const copy = [...values];
      const median = medianOf(values);
      expect(values).toEqual(copy);
      expect(values.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(values.length);
      expect(values.filter((value) => value >= median).length * 2).toBeGreaterThanOrEqual(values.length);
    }),
  );
});

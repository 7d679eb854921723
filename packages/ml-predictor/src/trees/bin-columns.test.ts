import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../test/histories.ts";
import { binColumns } from "./bin-columns.ts";

const odd = fc.constantFrom(
  0,
  -0,
  1e-45,
  -1e-45,
  1e-30,
  1,
  1 + 2 ** -23,
  1 - 2 ** -24,
  1e30,
  -1e30,
  3.4e38,
  -3.4e38,
  1e39,
  Infinity,
  -Infinity,
  Number.NaN,
);
const column = fc.array(fc.oneof(odd, fc.double(), fc.float(), fc.integer({ min: -4, max: 4 })), { maxLength: 80 });

test("property: a row lies on the same side of every threshold by its bin and by its float32 value", () => {
  fc.assert(
    fc.property(column, fc.integer({ min: 2, max: 20 }), (values, maxBins) => {
      const binned = binColumns([Float64Array.from(values)], values.length, maxBins);
      const thresholds = binned.thresholds.at(0)!;
      expect(thresholds.length).toBeLessThan(maxBins);
      for (const [row, value] of values.entries()) {
        const bin = binned.bins.at(0)!.at(row)!;
        expect(bin === binned.missingBins[0]).toBe(Number.isNaN(value));
        if (Number.isNaN(value)) continue;
        for (const [place, threshold] of thresholds.entries()) {
          expect(Math.fround(value) <= threshold).toBe(bin <= place);
        }
        expect(Math.fround(value)).toBeLessThanOrEqual(binned.ceilings.at(0)!);
      }
      for (let place = 1; place < thresholds.length; place += 1) {
        expect(thresholds.at(place)!).toBeGreaterThan(thresholds.at(place - 1)!);
      }
    }),
  );
});

test("property: as long as there are bins enough, every float32 value has its own", () => {
  fc.assert(
    fc.property(column, (values) => {
      const present = values.filter((value) => !Number.isNaN(value)).map((value) => Math.fround(value) + 0);
      const binned = binColumns([Float64Array.from(values)], values.length, 255);
      expect(binned.thresholds[0]).toHaveLength(Math.max(0, new Set(present).size - 1));
    }),
  );
});

test("many distinct values are spread evenly over the bins, and a frequent one has its own", () => {
  const random = createRandom(3);
  const values = Float64Array.from({ length: 20_000 }, () => (random() < 0.3 ? 0.25 : random()));
  const { bins, thresholds } = binColumns([values], values.length, 64);
  const counts = new Map<number, number>();
  for (const bin of bins.at(0)!) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  const frequent = bins.at(0)!.at(values.indexOf(0.25))!;
  expect(counts.get(frequent)).toBe(values.filter((value) => value === 0.25).length);
  counts.delete(frequent);
  const even = 14_000 / 63;
  expect(thresholds.at(0)!.length).toBeGreaterThan(55);
  expect(Math.max(...counts.values())).toBeLessThan(1.5 * even);
});

test("a feature that is missing everywhere has the bin of missing values only, and one without missing values has none", () => {
  const { offsets, missingBins } = binColumns([Float64Array.of(Number.NaN, Number.NaN), Float64Array.of(1, 1)], 2, 255);
  expect([...offsets]).toEqual([0, 1, 2]);
  expect([...missingBins]).toEqual([0, -1]);
});

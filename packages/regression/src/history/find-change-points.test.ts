import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalDurations } from "../../test/normal-values.ts";
import { findChangePoints } from "./find-change-points.ts";

/** Levels one after another: lengths and durations. */
function levels(parts: readonly (readonly [number, number])[], noise: number, seed: number): number[] {
  return parts.flatMap(([length, level], place) => normalDurations(length, level, noise, seed * 100 + place));
}

describe("findChangePoints()", () => {
  test("finds each change of level, where it is and how large", () => {
    const points = findChangePoints(
      levels(
        [
          [40, 10],
          [30, 15],
          [30, 9],
        ],
        0.05,
        1,
      ),
    );
    expect(points.map(({ index }) => Math.round(index / 2) * 2)).toEqual([40, 70]);
    expect(points.map(({ ratio }) => ratio.toFixed(1))).toEqual(["1.5", "0.6"]);
    expect(points.at(0)?.after).toBe(points.at(1)?.before);
  });

  test("finds the two ends of a bump that leaves no trace in the whole", () => {
    const points = findChangePoints(
      levels(
        [
          [40, 10],
          [20, 14],
          [40, 10],
        ],
        0.06,
        2,
      ),
    );
    expect(points.map(({ index }) => Math.round(index / 5) * 5)).toEqual([40, 60]);
  });

  test("finds a change in few series without any", () => {
    let wrong = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const points = findChangePoints(normalDurations(60, 10, 0.2, seed), {
        permutations: 199,
        significance: 0.05,
        minChangePercent: 0,
        seed,
      });
      if (points.length > 0) wrong += 1;
    }
    expect(wrong).toBeLessThan(200 * (0.05 + 2 * Math.sqrt((0.05 * 0.95) / 200)));
    expect(wrong).toBeGreaterThan(0);
  });

  test("takes neither outliers nor small changes for a change of level", () => {
    const spiked = normalDurations(60, 10, 0.05, 3).map((value, run) => (run % 13 === 5 ? value * 20 : value));
    expect(findChangePoints(spiked)).toEqual([]);
    const small = levels(
      [
        [60, 10],
        [60, 10.3],
      ],
      0.01,
      4,
    );
    expect(findChangePoints(small)).toEqual([]);
    expect(findChangePoints(small, { minChangePercent: 1 })).toHaveLength(1);
  });

  test("does not depend on the unit or on any other change that keeps the order, and repeats itself", () => {
    const series = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 10, maxLength: 40 });
    fc.assert(
      fc.property(series, (durations) => {
        const options = { permutations: 99, significance: 0.05, minChangePercent: 0 };
        const places = (values: readonly number[]): number[] =>
          findChangePoints(values, options).map(({ index }) => index);
        expect(places(durations)).toEqual(places(durations));
        expect(places(durations.map((value) => value * 1_000))).toEqual(places(durations));
        expect(places(durations.map((value) => value ** 3))).toEqual(places(durations));
      }),
      { numRuns: 50 },
    );
  });

  test("counts places in what was handed in, also where some of it is no duration", () => {
    const durations = levels(
      [
        [20, 10],
        [20, 30],
      ],
      0.02,
      5,
    );
    const [point] = findChangePoints([Number.NaN, 0, -1, ...durations]);
    expect(point?.index).toBe(23);
    for (const few of [[], [1], [1, 2, 3], durations.slice(0, 9), Array.from({ length: 50 }, () => 7)]) {
      expect(findChangePoints(few)).toEqual([]);
    }
  });

  test("keeps each level at least as long as asked, and refuses options out of range", () => {
    const durations = levels(
      [
        [12, 10],
        [12, 30],
      ],
      0.01,
      6,
    );
    const placesAt = (minLength: number): number[] =>
      findChangePoints(durations, { minLength }).map(({ index }) => index);
    expect(placesAt(3)).toEqual([12]);
    expect(placesAt(12)).toEqual([12]);
    expect(placesAt(13)).toEqual([]);
    for (const bad of [
      { significance: 0 },
      { permutations: 18 },
      { minLength: 2 },
      { minChangePercent: -1 },
      { seed: 0.1 },
    ]) {
      expect(() => findChangePoints([], bad), JSON.stringify(bad)).toThrow(RangeError);
    }
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, sampleSorted } from "./create-random.ts";

test("property: a sample is ascending, without repetition, and within bounds", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 200 }), fc.nat(200), (seed, total, extra) => {
      const wanted = Math.min(total, extra);
      const chosen = new Int32Array(wanted);
      sampleSorted(createRandom(seed), total, wanted, chosen);
      for (const [place, number] of chosen.entries()) {
        expect(number).toBeGreaterThan(place === 0 ? -1 : chosen.at(place - 1)!);
        expect(number).toBeLessThan(total);
      }
    }),
  );
});

test("every number is drawn about equally often", () => {
  const random = createRandom(11);
  const drawn = new Map<number, number>();
  const chosen = new Int32Array(3);
  for (let round = 0; round < 10_000; round += 1) {
    sampleSorted(random, 10, 3, chosen);
    for (const number of chosen) drawn.set(number, (drawn.get(number) ?? 0) + 1);
  }
  // 3000 expected each, standard deviation 46.
  expect(drawn.size).toBe(10);
  for (const count of drawn.values()) expect(Math.abs(count - 3000)).toBeLessThan(4 * 46);
});

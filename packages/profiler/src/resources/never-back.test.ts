import * as fc from "fast-check";
import { expect, test } from "vitest";
import { neverBack } from "./never-back.ts";

test("neverBack() stands still where the clock goes back or gives no number, and else is the clock", () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 1 }), (readings) => {
      let index = 0;
      const now = neverBack(() => readings[index] ?? Number.NaN);
      let latest = 0;
      for (; index < readings.length; index += 1) {
        const told = now();
        expect(Number.isNaN(told)).toBe(false);
        if (index > 0) expect(told).toBeGreaterThanOrEqual(latest);
        const reading = readings[index] ?? 0;
        if (reading > latest) expect(told).toBe(reading);
        latest = told;
      }
    }),
  );
});

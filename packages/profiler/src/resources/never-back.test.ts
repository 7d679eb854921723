import * as fc from "fast-check";
import { expect, test } from "vitest";
import { neverBack } from "./never-back.ts";

test("neverBack() is the clock, but stands still where that goes back or gives no number", () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 1 }), (readings) => {
      const left = [...readings];
      const now = neverBack(() => left.shift() ?? Number.NaN);
      let latest: number | undefined;
      for (const reading of readings) {
        const told = now();
        if (Number.isFinite(reading) && (latest === undefined || reading > latest)) expect(told).toBe(reading);
        else expect(told).toBe(latest ?? 0);
        latest = told;
      }
    }),
  );
});

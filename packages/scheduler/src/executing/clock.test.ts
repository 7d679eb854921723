import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Clock } from "./clock.ts";

const broken = fc.constantFrom(Number.NaN, Infinity, -Infinity, "throws" as const);

test("Clock never goes back and is always finite, whatever the clock it reads gives", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: -100, max: 100 }), broken)), (readings) => {
      let next = 0;
      const clock = new Clock(() => {
        const reading = readings[next] ?? 0;
        next += 1;
        if (reading === "throws") throw new Error("broken");
        return reading;
      });
      clock.begin();
      let lastMs = 0;
      for (let k = 1; k < readings.length; k++) {
        const ms = clock.read();
        expect(Number.isFinite(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(lastMs);
        expect(clock.ms).toBe(ms);
        lastMs = ms;
      }
      const usable = readings.filter((reading) => typeof reading === "number" && Number.isFinite(reading)).map(Number);
      const [first = 0] = usable;
      expect(lastMs).toBe(Math.max(0, ...usable.map((reading) => reading - first)));
    }),
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EARLY_PACE, LATER_PACE, lookInterval } from "./look-interval.ts";

describe("lookInterval()", () => {
  test("is the usual one where looks are cheap, and longer where they are not", () => {
    expect(lookInterval(EARLY_PACE, [])).toBe(250);
    expect(lookInterval(LATER_PACE, [2, 2, 2])).toBe(1_000);
    expect(lookInterval(EARLY_PACE, [50, 50, 50])).toBe(1_250);
    expect(lookInterval(LATER_PACE, [50, 50, 50])).toBe(5_000);
  });

  test("one slow look among quick ones changes nothing, and what was long ago neither", () => {
    expect(lookInterval(LATER_PACE, [3, 400, 3])).toBe(1_000);
    expect(lookInterval(LATER_PACE, [1, 40, 40, 40])).toBe(4_000);
  });

  test("looks that cost the same never take more than the share", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constantFrom(EARLY_PACE, LATER_PACE), (ms, pace) => {
        expect(ms / lookInterval(pace, [ms, ms, ms])).toBeLessThanOrEqual(pace.maxShare * 1.000_001);
      }),
    );
  });
});

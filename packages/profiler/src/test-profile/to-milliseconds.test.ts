import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMilliseconds } from "./to-milliseconds.ts";

describe("toMilliseconds()", () => {
  test.each([
    ["120ms", 120],
    ["0.346 s", 346],
    ["75.32 seconds", 75_320],
    ["1m 05s", 65_000],
    ["1h 2m 3s 4ms", 3_723_004],
    ["2d", 172_800_000],
    [" 0s ", 0],
  ])("reads %j", (text, ms) => {
    expect(toMilliseconds(text)).toBe(ms);
  });

  test.each(["", "12", "s", "1.s", "-1s", "1e3s", "1 week", "1s!", "1s1ms", "1m 2m 3m 4m 5m 6m", `${"9".repeat(13)}s`])(
    "is undefined for %j",
    (text) => {
      expect(toMilliseconds(text)).toBeUndefined();
    },
  );

  test("reads back what it is in seconds or milliseconds, of any size", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), (ms) => {
        expect(toMilliseconds(`${ms}ms`)).toBe(ms);
        expect(toMilliseconds(`${(ms / 1000).toFixed(3)}s`)).toBeCloseTo(ms, 3);
      }),
    );
  });
});

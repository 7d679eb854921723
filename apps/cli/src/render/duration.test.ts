import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration } from "./duration.ts";

test.each([
  [0, "0ms"],
  [0.4, "0ms"],
  [340.2, "340ms"],
  [999.4, "999ms"],
  [999.6, "1.0s"],
  [1_000, "1.0s"],
  [3_249, "3.2s"],
  [59_949, "59.9s"],
  [59_950, "1m 00s"],
  [60_000, "1m 00s"],
  [245_400, "4m 05s"],
  [3_599_600, "1h 00m"],
  [7_380_000, "2h 03m"],
])("%d ms is %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

/** Milliseconds of a formatted duration. */
function parse(text: string): number {
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (factors[unit ?? ""] ?? Number.NaN),
    0,
  );
}

test("what is shown is never off by more than half of its last place, nor has 60 of a unit", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (durationMs) => {
      const text = formatDuration(durationMs);
      const lastPlace = text.includes("h") ? 60_000 : text.includes("m ") ? 1_000 : text.endsWith("ms") ? 1 : 100;
      // Of hours, minutes that have not ended are left out.
      expect(Math.abs(parse(text) - durationMs)).toBeLessThanOrEqual(text.includes("h") ? lastPlace : lastPlace / 2);
      expect(text).not.toMatch(/\b60(\.0)?(s|m)\b|\b1000ms/);
    }),
  );
});

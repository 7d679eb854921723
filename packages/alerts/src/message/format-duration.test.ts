import { describe, expect, test } from "vitest";
import { formatDuration } from "./format-duration.ts";

describe("formatDuration()", () => {
  test.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [999.5, "1.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min 0 s"],
    [412_000, "6 min 52 s"],
    [3_599_499, "59 min 59 s"],
    [3_599_500, "1 h 0 min"],
    [7_500_000, "2 h 5 min"],
  ])("says %d ms as %s", (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});

import { describe, expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

describe("retryAfterMs()", () => {
  const now = Date.UTC(2026, 10, 25, 12, 0, 0);
  test.each([
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
    ["-5", undefined],
    ["0", 0],
    [" 30 ", 30_000],
    ["0.25", 250],
    ["Wed, 25 Nov 2026 12:00:10 GMT", 10_000],
    ["Wed, 25 Nov 2026 11:00:00 GMT", 0],
  ])("reads %j as %j ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

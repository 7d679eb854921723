import { describe, expect, test } from "vitest";
import { isLoopback } from "./is-loopback.ts";
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

describe("isLoopback()", () => {
  test.each(["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "[::1]", "::1"])("knows %s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each(["127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "169.254.169.254", "", "0.0.0.0"])(
    "refuses %s",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

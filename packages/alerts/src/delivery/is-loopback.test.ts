import { describe, expect, test } from "vitest";
import { isLoopback } from "./is-loopback.ts";

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

import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { parseConcurrency } from "./concurrency.ts";

test.each([
  ["1", 1, "steps"],
  [" 16 ", 16, "steps"],
  ["50%", 50, "percent"],
  ["200%", 200, "percent"],
] as const)("%j is %i %s", (text, value, unit) => {
  expect(parseConcurrency(text)).toEqual({ value, unit });
});

test.each(["", "0", "0%", "-1", "+1", "1.5", "1e3", "many", "%", "5 %", "0x10", "9".repeat(30)])(
  "%j is refused",
  (text) => {
    expect(() => parseConcurrency(text)).toThrow(InvalidArgumentError);
  },
);

import { describe, expect, test } from "vitest";
import { integer, otlpAttributes, unixNano } from "./otlp.ts";

describe("otlpAttributes()", () => {
  test("keeps whole numbers whole, others as doubles, and leaves out what cannot be said", () => {
    expect(
      otlpAttributes({
        text: "a",
        flag: false,
        whole: -0,
        large: 2 ** 53,
        fraction: 0.5,
        measured: { double: 3 },
        none: undefined,
        endless: Infinity,
        wrong: { double: Number.NaN },
        "": "no name",
      }),
    ).toEqual([
      { key: "text", value: { stringValue: "a" } },
      { key: "flag", value: { boolValue: false } },
      { key: "whole", value: { intValue: "0" } },
      { key: "large", value: { doubleValue: 2 ** 53 } },
      { key: "fraction", value: { doubleValue: 0.5 } },
      { key: "measured", value: { doubleValue: 3 } },
    ]);
  });
});

describe("unixNano()", () => {
  test.each([
    ["2026-11-23T10:00:00.000Z", 0, "1795428000000000000"],
    ["2026-11-23T10:00:00.001Z", 0.000_001, "1795428000001000001"],
    ["2026-11-23T10:00:00.000Z", 13_000.5, "1795428013000500000"],
    ["1960-01-01T00:00:00.000Z", 0, "0"],
    ["never", 1, "1000000"],
    ["2026-11-23T10:00:00.000Z", 1e300, "18446744073709551615"],
    ["2026-11-23T10:00:00.000Z", Number.NaN, "1795428000000000000"],
  ])("gives for %s and %d ms %s", (startedAt, ms, nano) => {
    expect(unixNano(startedAt, ms)).toBe(nano);
  });
});

describe("integer()", () => {
  test("writes whole numbers without exponents", () => {
    expect([integer(-0), integer(1e21), integer(-2)]).toEqual(["0", "1000000000000000000000", "-2"]);
  });
});

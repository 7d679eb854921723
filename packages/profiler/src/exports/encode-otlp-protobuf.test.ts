import { describe, expect, test } from "vitest";
import { decodeOtlpProtobuf } from "../../test/exports/decode-otlp.mjs";
import { encodeOtlpProtobuf } from "./encode-otlp-protobuf.ts";
import type { OtlpTraces } from "./otlp.ts";

const withValues = (...values: readonly object[]): OtlpTraces =>
  ({
    resourceSpans: [{ resource: { attributes: values.map((value) => ({ key: "a", value })) } }],
  }) as unknown as OtlpTraces;

describe("encodeOtlpProtobuf()", () => {
  test.each([
    { intValue: "0" },
    { intValue: "-1" },
    { intValue: "9007199254740991" },
    { intValue: "-9223372036854775808" },
    { doubleValue: -1.5e-300 },
    { boolValue: false },
    { stringValue: "" },
    { stringValue: "\u{1F600}".repeat(100) },
  ])("writes %o so that the published definitions read it back", (value) => {
    const body = withValues(value);
    expect(decodeOtlpProtobuf("traces", encodeOtlpProtobuf(body))).toEqual(body);
  });

  test("throws for a field that has no number", () => {
    expect(() => encodeOtlpProtobuf(withValues({ kvlistValue: {} }))).toThrow(
      new TypeError('Cannot encode OTLP: there is no number for the field "kvlistValue"'),
    );
  });
});

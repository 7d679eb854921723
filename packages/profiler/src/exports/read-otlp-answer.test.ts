import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOtlpAnswer } from "./read-otlp-answer.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("readOtlpAnswer()", () => {
  test.each([
    ['{"partialSuccess":{"rejectedSpans":"2","errorMessage":"old"}}', true, { rejected: 2, message: "old" }],
    ['{"partialSuccess":{"rejectedDataPoints":3}}', true, { rejected: 3, message: "" }],
    ['{"partialSuccess":{}}', true, { rejected: 0, message: "" }],
    ["{}", true, { rejected: 0, message: "" }],
    ["", true, { rejected: 0, message: "" }],
    ["<html>", false, { rejected: 0, message: "" }],
    ['{"code":3,"message":"no"}', false, { rejected: 0, message: "no" }],
    ['{"partialSuccess":{"rejectedSpans":"many"}}', true, { rejected: 0, message: "" }],
  ])("reads %s", (text, ok, answer) => {
    expect(readOtlpAnswer(bytes(text), { json: true, ok })).toEqual(answer);
  });

  test("skips fields of the binary encoding that it does not know", () => {
    const body = [0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x2d, 1, 2, 3, 4, 0x38, 0x80, 0x01, 0x0a, 5, 0x08, 0xac, 0x02, 0x12, 0];
    expect(readOtlpAnswer(Uint8Array.from(body), { json: false, ok: true })).toEqual({ rejected: 300, message: "" });
  });

  test("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), fc.boolean(), (body, json, ok) => {
        const { rejected, message } = readOtlpAnswer(body, { json, ok });
        expect(rejected).toBeGreaterThanOrEqual(0);
        expect(typeof message).toBe("string");
      }),
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareAsUtf8, compareNames, decodeOutput, nameKey } from "./git-name.ts";

const wellFormed = fc.string({ unit: "binary" });

describe("compareAsUtf8()", () => {
  test("orders as the bytes do, also beyond U+FFFF", () => {
    expect(compareAsUtf8("\u{1f600}", "\uffee")).toBeGreaterThan(0);
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        expect(Math.sign(compareAsUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe("decodeOutput()", () => {
  test("gives every name back byte for byte, and different keys for different names", () => {
    const bytes = fc
      .uint8Array({ minLength: 1, maxLength: 8 })
      .map((name) => Buffer.from(name.map((byte) => (byte === 0 ? 1 : byte))));
    fc.assert(
      fc.property(fc.uniqueArray(bytes, { selector: (name) => name.toString("latin1") }), (names) => {
        const { text, toName } = decodeOutput(Buffer.concat(names.flatMap((name) => [name, Buffer.from([0])])));
        const decoded = text.split("\0").slice(0, -1).map(toName);
        expect(decoded.map((name) => Buffer.from(name.bytes ?? Buffer.from(name.path)))).toEqual(names);
        expect(new Set(decoded.map(nameKey)).size).toBe(names.length);
      }),
    );
  });
});

describe("compareNames()", () => {
  test("orders names that are not text by their bytes", () => {
    const bytes = Buffer.from("a\xff", "latin1");
    expect(compareNames("a\ufffd", bytes, "a", undefined)).toBeGreaterThan(0);
    expect(compareNames("b", undefined, "a\ufffd", bytes)).toBeGreaterThan(0);
    expect(compareNames("a\ufffd", bytes, "a\ufffd", undefined)).toBeGreaterThan(0);
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wellFormed } from "./well-formed.ts";

describe("wellFormed()", () => {
  test("gives text that UTF-8 can hold, of the same length, and changes nothing else", () => {
    expect(wellFormed("a\uD83Db\u{1F600}\uDE00")).toBe("a\uFFFDb\u{1F600}\uFFFD");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const throughUtf8 = (one: string): string =>
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(one));
        const safe = wellFormed(text);
        expect(throughUtf8(safe)).toBe(safe);
        expect(safe).toHaveLength(text.length);
        if (throughUtf8(text) === text) expect(safe).toBe(text);
      }),
    );
  });
});

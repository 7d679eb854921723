import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printJson } from "./print-json.ts";

describe("printJson()", () => {
  test("writes what terminals and CI obey as escapes", () => {
    expect(printJson({ "a\u202E": "\u009B31m##[error]b" })).toBe(String.raw`{"a\u202e":"\u009b31m\u0023#[error]b"}`);
    expect(printJson(["ä ## [x]"], 2)).toBe('[\n  "ä ## [x]"\n]');
  });

  test("gives back the same value, whatever it is", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("##[a]", "\\##vso[b]", "\u2028##["));
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(text)), (value) => {
        const printed = printJson(value);
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(printed).not.toMatch(/[\p{Cc}\u2028-\u202E\u2066-\u2069]|##[a-z]*\[/iu);
      }),
    );
  });
});

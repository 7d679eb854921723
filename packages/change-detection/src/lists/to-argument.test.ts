import { describe, expect, test } from "vitest";
import { toArgument } from "./to-argument.ts";

describe("toArgument()", () => {
  test("puts ./ before names that tools take for something else, and leaves all others alone", () => {
    expect(["-rf", "--fix", "+1", "@args"].map(toArgument)).toEqual(["./-rf", "./--fix", "./+1", "./@args"]);
    for (const path of ["a", "a/-b", ".-", "/abs", "~", "é", "\u{1f600}", "new\nline", " "])
      expect(toArgument(path)).toBe(path);
  });

  test("refuses what no argument can hold", () => {
    for (const path of ["", "a\0b", "\ud83d", "x\udc00"]) expect(() => toArgument(path)).toThrow(TypeError);
  });
});

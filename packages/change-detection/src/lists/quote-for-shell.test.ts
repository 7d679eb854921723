import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteForShell } from "./quote-for-shell.ts";
import { toArgument } from "./to-argument.ts";

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~%=-+@ \n\t\r^/.a".split("")),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 12,
});
const path = hostile.filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));

describe("quoteForShell()", () => {
  test("gives a real shell exactly one argument for each path", () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 60 }), (paths) => {
        const line = String.raw`printf '%s\0' ` + quoteForShell(paths);
        const output = execFileSync("sh", ["-c", line], { encoding: "utf8" });
        expect(output.split("\0").slice(0, -1)).toEqual(paths.map(toArgument));
      }),
      { numRuns: 60 },
    );
  });

  test("leaves plain names readable", () => {
    expect(quoteForShell(["src/a-b_c.ts", "a b", "it's", "-rf", "~", "$HOME"])).toBe(
      String.raw`src/a-b_c.ts 'a b' 'it'\''s' ./-rf '~' '$HOME'`,
    );
    expect(quoteForShell([])).toBe("");
    expect(() => quoteForShell([""])).toThrow(TypeError);
    expect(() => quoteForShell("a b")).toThrow(
      new TypeError('Cannot quote for a shell: `paths` must be a list, got "a b"'),
    );
  });
});

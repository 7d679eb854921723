import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesPattern } from "./matches-pattern.ts";

describe("matchesPattern()", () => {
  test.each([
    ["release/1.2", "release/*", true],
    ["release/", "release/*", true],
    ["release", "release/*", false],
    ["a/b/c", "a*c", true],
    ["main", "main", true],
    ["main2", "main", false],
    ["Main", "main", false],
    ["", "", true],
    ["", "**", true],
    ["a", "", false],
    ["v1.2", "v?.2", false],
    ["v1x2", "v1.2", false],
    ["a*b", "a*b", true],
    ["*", "*x", false],
    ["[a]", "[a]", true],
  ])("of %j and %j is %j", (text, pattern, expected) => {
    expect(matchesPattern(text, pattern)).toBe(expected);
  });

  test("agrees with a regular expression", () => {
    const few = (characters: string): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...characters), maxLength: 12 });
    fc.assert(
      fc.property(few("ab*/"), few("ab*/"), (text, pattern) => {
        const expected = new RegExp(`^${pattern.split("*").join(".*")}$`, "s").test(text);
        expect(matchesPattern(text, pattern)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("of a pattern made to be slow needs no more steps than both lengths multiplied", () => {
    let reads = 0;
    const counted = new Proxy(new String("a".repeat(300)), {
      get(target, key) {
        reads++;
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(matchesPattern(counted as unknown as string, `${"*a".repeat(100)}*b`)).toBe(false);
    // A match is tried at most once for each place of the text and of the pattern, and reads the length and a character.
    expect(reads).toBeLessThan(3 * 300 * 202);
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainText } from "./plain-text.ts";

describe("plainText()", () => {
  test.each([
    ["a\r\nb\tc", "a b c"],
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007", "link"],
    ["\u202Eabc\u2066\u200B", "abc"],
    ["\uD800x", "\uFFFDx"],
    ["\0\u0085\u2028x\u0007", "x"],
    ["naïve 漢字 👩‍", "naïve 漢字 👩"],
  ])("makes %j into %j", (text, expected) => {
    expect(plainText(text, 50)).toBe(expected);
  });

  test("is one bounded, well-formed line that does not change when it is made again", () => {
    const part = fc.oneof(fc.constantFrom("\u001B[1m", "\n", "👍", "\u202E", "\uD83D", "a", " "), fc.string());
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 2, max: 40 }), (parts, maxLength) => {
        const line = plainText(parts.join(""), maxLength);
        expect(line.length).toBeLessThanOrEqual(maxLength);
        // oxlint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/);
        expect(line).not.toMatch(/\p{Surrogate}/u);
        expect(plainText(line, maxLength)).toBe(line);
      }),
    );
  });

  test("looks at a bounded part of a text without end", () => {
    expect(plainText("\n".repeat(10_000_000), 10)).toBe("…");
    expect(plainText("\u001B[".repeat(5_000_000), 10).length).toBeLessThanOrEqual(10);
  });
});

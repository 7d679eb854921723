import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth } from "./display-width.ts";
import { wrapWords } from "./wrap-words.ts";

test("wrapWords() breaks between words, keeps breaks and spaces, and leaves what fits", () => {
  expect(wrapWords("Which?\n  (one, two, three) [one] ", 12)).toBe("Which?\n  (one, two,\n  three)\n  [one] ");
  expect(wrapWords("Which? (one, two) ", 80)).toBe("Which? (one, two) ");
});

test("wrapWords() loses no word, and no line is wider than the terminal unless its only word is", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 20 });
  fc.assert(
    fc.property(words, fc.integer({ min: 8, max: 30 }), (given, columns) => {
      const wrapped = wrapWords(given.join(" "), columns);
      expect(wrapped.split(/\s+/).filter((word) => word !== "")).toEqual(given);
      for (const line of wrapped.split("\n")) {
        if (line.trim().includes(" ")) expect(displayWidth(line.trimEnd())).toBeLessThanOrEqual(columns);
      }
    }),
  );
});

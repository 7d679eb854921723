import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("nothing is left that a terminal obeys, and nothing is longer than allowed", () => {
  expect(printable("a\u001b[2Jb\nc\u202e")).toBe("a\\u001b[2Jb c\\u202e");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const shown = printable(text, max);
      expect(shown.length).toBeLessThanOrEqual(max);
      // oxlint-disable-next-line no-control-regex -- these are what it is about
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
  fc.assert(fc.property(fc.stringMatching(/^[a-z0-9 äöü./-]{0,50}$/), (text) => printable(text) === text));
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { createPositions } from "./create-positions.ts";

test("gives the line and the column of every offset, as counting the line breaks before it does", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "ü"), maxLength: 60 });
  fc.assert(
    fc.property(text, (given) => {
      const at = createPositions(given);
      for (let offset = 0; offset <= given.length; offset += 1) {
        const lines = given.slice(0, offset).split("\n");
        expect(at(offset)).toEqual({ line: lines.length, column: (lines.at(-1) ?? "").length + 1 });
      }
    }),
  );
});

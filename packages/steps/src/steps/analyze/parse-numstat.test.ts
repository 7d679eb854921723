import fc from "fast-check";
import { expect, test } from "vitest";
import { parseNumstat } from "./parse-numstat.ts";

test("parseNumstat() gives back what was counted, whatever the names", () => {
  const entry = fc.record({
    file: fc.string({ minLength: 1, unit: "binary" }).filter((name) => !name.includes("\0")),
    counts: fc.oneof(
      fc.record({ added: fc.nat(), removed: fc.nat() }),
      fc.constant({ added: undefined, removed: undefined }),
    ),
  });
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ file }) => file }), (entries) => {
      const output = entries
        .map(({ file, counts }) => `${counts.added ?? "-"}\t${counts.removed ?? "-"}\t${file}\0`)
        .join("");
      expect([...parseNumstat(output)]).toEqual(entries.map(({ file, counts }) => [file, counts]));
    }),
  );
});

test("parseNumstat() passes over what is no count", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const file of parseNumstat(text).keys()) expect(text).toContain(file);
    }),
  );
});

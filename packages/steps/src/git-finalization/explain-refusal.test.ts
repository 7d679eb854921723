import fc from "fast-check";
import { expect, test } from "vitest";
import { explainRefusal } from "./explain-refusal.ts";
import { parseNameStatus } from "./parse-name-status.ts";
import { writeMessage } from "./write-message.ts";

test("explainRefusal() never prints what a terminal obeys", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (output) => {
      // oxlint-disable-next-line no-control-regex -- these are what it is about
      expect(explainRefusal("it", output).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});

test("parseNameStatus() gives back what was written, whatever the names, and writeMessage() one line a file", () => {
  const change = fc.record({
    status: fc.constantFrom("added" as const, "deleted" as const, "modified" as const),
    path: fc.string({ minLength: 1, unit: "binary" }).filter((name) => !name.includes("\0")),
  });
  const letters = { added: "A", deleted: "D", modified: "M" };
  fc.assert(
    fc.property(fc.array(change, { minLength: 2, maxLength: 20 }), (changes) => {
      const output = changes.map(({ status, path }) => `${letters[status]}\0${path}\0`).join("");
      expect(parseNameStatus(output)).toEqual(changes);
      const lines = writeMessage({ changes, branch: "main", earlier: [] }).trimEnd().split("\n");
      expect(lines).toHaveLength(2 + changes.length);
      expect(lines[0]?.length).toBeLessThanOrEqual(80);
    }),
  );
});

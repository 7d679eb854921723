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

test.each([
  [
    "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process",
    "locked",
    "delete /r/.git/index.lock",
  ],
  [
    "fatal: cannot lock ref 'HEAD': Unable to create '/r/.git/HEAD.lock': File exists.",
    "locked",
    "delete /r/.git/HEAD.lock",
  ],
  ["fatal: Unable to create '/r/.git/index.lock': Permission denied", "not-writable", "make the repository writable"],
  [
    "error: insufficient permission\nfatal: unable to write loose object file: No space left on device",
    "not-writable",
    "room",
  ],
  ["git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.", "refused", "a hook"],
  ["no, never", "refused", "a hook"],
])("explainRefusal() says of %j: %s", (output, rule, suggestion) => {
  expect(explainRefusal("the commit", output)).toMatchObject({ rule, suggestion: expect.stringContaining(suggestion) });
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

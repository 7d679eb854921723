import fc from "fast-check";
import { parseTree } from "jsonc-parser";
import { expect, test } from "vitest";
import { isDeepJson } from "./is-deep-json.ts";

test.each([
  ["{}", false],
  ["[".repeat(200) + "]".repeat(200), false],
  ["[".repeat(201), true],
  ['{"a":'.repeat(201), true],
  [`"${"[".repeat(1000)}"`, false],
  [`"\\"${"[".repeat(1000)}"`, false],
  [`// ${"[".repeat(1000)}\n[1]`, false],
  // What closes in comments and texts closes nothing.
  ["[ // ]\n".repeat(201), true],
  ['[ "]", '.repeat(201), true],
  ["[}".repeat(201), true],
  ["[],".repeat(1000), false],
])("isDeepJson() of what begins with %.20j is %j", (text, expected) => {
  expect(isDeepJson(text)).toBe(expected);
});

test("what it does not call deep is parsed, whatever it holds", () => {
  const part = fc.constantFrom("[", "]", "{", "}", ",", ":", '"a":', '"', "// ", "/*", "*/", "\n", "1", "x", '{"a":');
  const text = fc
    .array(fc.tuple(part, fc.integer({ min: 1, max: 4000 })), { maxLength: 12 })
    .map((parts) => parts.map(([one, times]) => one.repeat(times)).join(""));
  fc.assert(
    fc.property(text, (one) => {
      if (!isDeepJson(one)) parseTree(one);
    }),
  );
});

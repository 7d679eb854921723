import fc from "fast-check";
import { lint } from "markdownlint/promise";
import { expect, test } from "vitest";
import { CERTAIN_RULES, findCertainMistakes, isCertain, mayHoldMistake } from "./certain-mistakes.ts";
import { readProblems } from "./problem.ts";

const PARTS =
  "#|##|###|Title|a b|(docs)|[https://a.example]|[./a.md]|[x]|()|(#)|(<>)|( )|(a.md)|: #|:|<>|**|__|*|_| |\n|\n\n|> |- |1. |\\|".split(
    "|",
  );
const pieces = fc.array(fc.constantFrom(...PARTS, "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n"), { maxLength: 14 });

test("findCertainMistakes() finds in a document what it would find without looking first whether it may hold any", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(pieces, async (parts) => {
      const text = parts.join("");
      const lines = text.split(/\r\n|\n|\r/);
      const { a = [] } = await lint({ strings: { a: text }, config: CERTAIN_RULES, handleRuleFailures: true });
      const all = readProblems(a.map((problem) => ({ fileName: "a", ...problem })));
      const certain = all.filter((problem) => isCertain(problem, lines));
      found += certain.length;
      expect(await findCertainMistakes(new Map([["a", text]]))).toEqual(certain);
    }),
    { numRuns: 400 },
  );
  expect(found).toBeGreaterThan(0);
});

test.each(["# Title\n\n[a](b.md#c) *b* **c** #tag\n\n[r]: a.md\n", "* a\n* b\n", "x\n---\n"])(
  "mayHoldMistake() sees that there is none: %j",
  (text) => expect(mayHoldMistake(text)).toBe(false),
);

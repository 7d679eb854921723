import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stripTerminalControls } from "../strip-terminal-controls.ts";
import { formatPrompts } from "./format-prompts.ts";

test("formatPrompts() shows the exact text, what it takes, what was redacted and what the cache knows", () => {
  const text = formatPrompts([
    {
      title: "code_review",
      model: "m",
      system: "Be strict.",
      prompt: "Review.\n\n\tconst a = 1;\n::error::x",
      estimatedInputTokens: 12,
      redactions: [{ rule: "npm", count: 2 }],
      key: "abc",
      cache: "hit",
    },
    { title: "other", prompt: "Hello", estimatedInputTokens: 3 },
  ]);
  expect(text).toBe(`Prompt 1 of 2: code_review
Model: m
Input: about 12 tokens
Redacted: 2 x npm
Cache: hit, key abc
System:
| Be strict.
Prompt:
| Review.
| 
| \tconst a = 1;
| ::error::x

Prompt 2 of 2: other
Input: about 3 tokens
Redacted: nothing
Prompt:
| Hello

2 prompts, about 15 input tokens; 1 would be asked, 1 found in the cache
`);
});

test("formatPrompts() marks lines that cannot be shown as they are", () => {
  const prompt = "a\u001B[31mb\r\n##[error]x\nplain";
  const text = formatPrompts([{ title: "a\u001B]0;x\u0007b\nc", prompt, estimatedInputTokens: 1, cache: "miss" }]);
  expect(text).toContain("1 of 1: ab c\n");
  expect(text).toContain("! a\\u{1B}[31mb\\u{D}\n! # #[error]x\n| plain\n");
});

test("formatPrompts() prints nothing that a terminal or a CI runner obeys, and every harmless line as it is", () => {
  const unit = fc.constantFrom(
    "a",
    ":",
    "#",
    "[",
    "\n",
    "\r",
    "\t",
    " ",
    "\u001B",
    "]",
    "\u009B",
    "\u202E",
    "vso",
    "|",
    "é",
  );
  const text = fc.string({ unit, maxLength: 40 });
  fc.assert(
    fc.property(text, text, (prompt, title) => {
      const shown = formatPrompts([
        { title, prompt, system: prompt, model: title, key: title, estimatedInputTokens: 1 },
      ]);
      expect(stripTerminalControls(shown)).toBe(shown);
      for (const line of prompt.split("\n")) {
        if (stripTerminalControls(`| ${line}`) === `| ${line}`) expect(shown).toContain(`\n| ${line}\n`);
      }
    }),
  );
});

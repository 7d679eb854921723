import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stripTerminalControls } from "./strip-terminal-controls.ts";

test.each([
  ["\u001B[31mred\u001B[0m", "red"],
  ["\u001B]8;;https://evil.example\u0007click\u001B]8;;\u001B\\", "click"],
  ["\u001B]0;title\u009Cx", "x"],
  ["a\u001BPq secret \u001B\\b", "ab"],
  ["\u009B2Jx\u001Bcy", "xy"],
  ["over\rwritten\r\nnext", "over\nwritten\nnext"],
  ["a\bb\u0007\u0000\u007F", "ab"],
  ["a\u202Eb\u2066c", "abc"],
  ["tab\tand\nline: a::b", "tab\tand\nline: a::b"],
  ["::error file=a::x", ": :error file=a::x"],
  ["ok\n  ::add-mask::x", "ok\n  : :add-mask::x"],
  [":\u001B[0m:stop-commands::x", ": :stop-commands::x"],
  ["\u001B\u001B[m::x", ": :x"],
  ["text ##[error]x ##vso[task.setvariable]", "text # #[error]x # #vso[task.setvariable]"],
  ["Grüße 😀 é", "Grüße 😀 é"],
])("stripTerminalControls() makes %j into %j", (text, printed) => {
  expect(stripTerminalControls(text)).toBe(printed);
});

test("stripTerminalControls() leaves no control character and no command, and has nothing to add the second time", () => {
  const pieces = fc.constantFrom(
    "\u001B",
    "[",
    "]",
    "0",
    ";",
    "m",
    ":",
    "#",
    "vso[",
    "\n",
    "\r",
    "\u0007",
    "\\",
    " ",
    "\u009B",
    "\u200B",
    "x",
  );
  fc.assert(
    fc.property(fc.string({ unit: pieces, maxLength: 20 }), (text) => {
      const printed = stripTerminalControls(text);
      expect(printed).not.toMatch(/(?![\n\t])\p{Cc}/u);
      for (const line of printed.split("\n")) expect(line).not.toMatch(/^[\s\u200B]*::/);
      expect(printed).not.toMatch(/##(?:\[|vso\[)/);
      expect(stripTerminalControls(printed)).toBe(printed);
    }),
    { numRuns: 1000 },
  );
});

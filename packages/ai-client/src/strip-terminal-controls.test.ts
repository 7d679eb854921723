import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stripTerminalControls } from "./strip-terminal-controls.ts";

test.each([
  ["\u001B[31mred\u001B[0m", "red"],
  ["\u001B]8;;https://evil.example\u0007click\u001B]8;;\u001B\\", "click"],
  ["\u001B]0;title\u009Cx", "x"],
  ["\u009D8;;https://evil.example\u009Cclick\u009D8;;\u009C", "click"],
  ["a\u001BPq secret \u001B\\b", "ab"],
  ["a\u001B_Gf=100;AAAA\u001B\\b", "ab"],
  ["\u009B2Jx\u001Bcy", "xy"],
  ["\u001B[?25l\u001B[1;1H\u001B[2Kx", "x"],
  ["never ended \u001B]0;title", "never ended 0;title"],
  ["over\rwritten\r\nnext", "over\nwritten\nnext"],
  ["harmless\r::set-output name=a::b", "harmless\n: :set-output name=a::b"],
  ["a\bb\u0007\u0000\u007F", "ab"],
  ["a\u0085b\u0084c", "abc"],
  ["a\u202Eb\u2066c\u061Cd", "abcd"],
  ["pay\u200Bload\u2060\uFEFF", "payload"],
  ["x\u{E0041}\u{E0042}y", "xy"],
  ["x\uDB40\u0000\uDC41y", "x\uFFFD\uFFFDy"],
  ["half \uD83D here", "half \uFFFD here"],
  ["tab\tand\nline: a::b", "tab\tand\nline: a::b"],
  ["::error file=a::x", ": :error file=a::x"],
  ["::set-output name=a::b\n::add-mask::c", ": :set-output name=a::b\n: :add-mask::c"],
  ["ok\n  ::add-mask::x", "ok\n  : :add-mask::x"],
  ["ok\n\u00A0\u200D::add-mask::x", "ok\n\u00A0: :add-mask::x"],
  [":\u001B[0m:stop-commands::x", ": :stop-commands::x"],
  [":\u200D:stop-commands::x", ": :stop-commands::x"],
  ["\u001B\u001B[m::x", ": :x"],
  ["text ##[error]x ##vso[task.setvariable]", "text # #[error]x # #vso[task.setvariable]"],
  ["##VSO[task.complete]", "# #VSO[task.complete]"],
  ["##teamcity[buildStatus status='SUCCESS']", "# #teamcity[buildStatus status='SUCCESS']"],
  ["#\u200B#[group]x", "# #[group]x"],
  ["\u001B[0Ksection_start:1:build\r\u001B[0Kx", "section_start :1:build\nx"],
])("stripTerminalControls() makes %j into %j", (text, printed) => {
  expect(stripTerminalControls(text)).toBe(printed);
});

test.each([
  "Grüße 😀 é",
  "👩‍👩‍👧 and ❤️‍🔥",
  "می‌خواهم",
  "## Heading\n\n- [link](https://example.com/a::b) # c\n",
  "std::vector<int> v; // a ::b\n\tindented\n",
  "--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
  "#[derive(Debug)]",
  "const section_starts = 1; section_end",
])("stripTerminalControls() leaves %j alone", (text) => {
  expect(stripTerminalControls(text)).toBe(text);
});

const pieces = fc.oneof(
  fc.constantFrom(
    ..."[]0;m:#\n\r\\ \t\u001B\u0007\u009B\u009D\u009C\u0090\u0085\u0000\u200B\u200D\u202E\u2028\u00A0\uFEFFxé😀",
    "vso[",
    "teamcity[",
    "section_start",
    "::",
    "##",
    "\uD83D",
    "\uDE00",
    "\uDB40",
    "\uDC41",
    "\u{E0041}",
    "\u001B]8;;",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const DANGEROUS: readonly RegExp[] = [
  /(?![\n\t])\p{Cc}/u,
  /\p{Surrogate}/u,
  /[\u2028\u2029\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/u,
  /##[a-z]*\[/i,
  /section_(?:start|end):/i,
];

test("stripTerminalControls() leaves nothing a terminal or a CI runner obeys, and has nothing to do the second time", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
      const printed = stripTerminalControls(parts.join(""));
      for (const dangerous of DANGEROUS) expect(printed).not.toMatch(dangerous);
      for (const line of printed.split("\n")) expect(line.trim().startsWith("::")).toBe(false);
      expect(stripTerminalControls(printed)).toBe(printed);
    }),
    { numRuns: 3000 },
  );
});

test("stripTerminalControls() leaves words and line breaks as they are", () => {
  const word = fc.stringMatching(/^[\p{L}\p{N}.,;()"'`=<>/_-]{1,8}$/u);
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { maxLength: 6 }), (lines) => {
      const text = lines.map((words) => words.join(" ")).join("\n");
      expect(stripTerminalControls(text)).toBe(text);
    }),
  );
});

// Each would take minutes if any pattern went over the same stretch again and again.
test.each([
  "\n",
  " ",
  "\u001B]",
  "\u009D",
  "\u001B[0",
  "\u001B ",
  "##a",
  "#",
  ":",
  "section_start",
  "\u200D",
  "\uD83D",
])(
  "stripTerminalControls() goes through a megabyte of %j in linear time",
  (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    expect(stripTerminalControls(text).length).toBeLessThanOrEqual(text.length + 1_000_000);
  },
  120_000,
);

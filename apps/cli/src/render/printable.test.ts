import * as fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableLog, printableMessage } from "./printable.ts";

const anyText = fc.string({ unit: "binary" });

test("printable() shows control, format and line-breaking characters as escapes", () => {
  expect(printable("a\u001b[2J\nb\u202ec\u2028d\u200be")).toBe(String.raw`a\u{1b}[2J\u{a}b\u{202e}c\u{2028}d\u{200b}e`);
  expect(printable("plain ä 漢 🙂")).toBe("plain ä 漢 🙂");
});

test("printable() leaves nothing that moves the cursor or the reading direction, and changes nothing else", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      const back = shown.replace(/\\u\{([\da-f]+)\}/g, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      );
      if (!/\\u\{|^\s*::|##/.test(text)) expect(back).toBe(text);
    }),
  );
});

const COMMANDS = [
  ["::error::a", ": :error::a"],
  [" \t::add-mask::a", " \t: :add-mask::a"],
  ["a ##[error]b ##vso[task.setvariable variable=c]", "a # #[error]b # #vso[task.setvariable variable=c]"],
  ["std::vec ## [a]", "std::vec ## [a]"],
] as const;

test.each(COMMANDS)("nothing that is printed is a command to CI: %j", (text, shown) => {
  expect(printableLog(text)).toBe(shown);
  expect(printable(text.replace("\t", " "))).toBe(shown.replace("\t", " "));
});

test("printableLog() leaves no line that GitHub takes for a command, which looks past white space and finds `##[` anywhere", () => {
  const commands = fc
    .array(fc.constantFrom("::", ":", "##[", "#", "[", " ", "\t", "\n", "\r", "\u001b[m", "\u0007", "a"))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(commands, (text) => {
      for (const line of printableLog(text).split(/[\r\n]/)) expect(line).not.toMatch(/^\s*::|##\[/);
      expect(printable(text)).not.toMatch(/^\s*::|##\[/);
    }),
  );
});

test("printableLog() takes escape sequences out and keeps line breaks and tabs", () => {
  expect(printableLog("\u001b[31mred\u001b[0m\ta\r\nb\u0007\u0000\n")).toBe("red\ta\nb\n");
  expect(printableLog("\u001b]0;title\u0007text")).toBe("text");
  expect(printableLog("a\u202Eb\u2066c\u2028::error::d\n👩\u200D💻")).toBe("abc::error::d\n👩\u200D💻");
});

test("printableLog() leaves no control character but line break and tab", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(printableLog(text).replaceAll(/[\n\t]/g, "")).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test("printableMessage() prints of a file in one line its beginning, and how much more there is", () => {
  expect(printableMessage("a\u001b")).toBe(String.raw`a\u{1b}`);
  expect(printableMessage("x".repeat(2_000))).toBe("x".repeat(2_000));
  expect(printableMessage("x".repeat(1_000_000))).toBe(`${"x".repeat(2_000)}… and 998000 more characters`);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableLog } from "./printable.ts";

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
      if (!/\\u\{/.test(text)) expect(back).toBe(text);
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

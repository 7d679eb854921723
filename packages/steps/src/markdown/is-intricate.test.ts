import { expect, test } from "vitest";
import { isIntricate } from "./is-intricate.ts";

test.each([
  ["quotes in quotes", `${">".repeat(10_000)} x\n`],
  ["brackets in brackets", "[".repeat(20_000)],
  ["links in links", "[a](".repeat(20_000)],
  ["emphasis without an end", "*a **b ".repeat(20_000)],
  ["tags without an end", "<!-- ".repeat(50_000)],
  ["a paragraph of links", "[x](y.md)\n".repeat(20_000)],
  ["lists in lists", Array.from({ length: 500 }, (_, depth) => `${"  ".repeat(depth)}- x\n`).join("")],
])("isIntricate() knows %s", (_, text) => expect(isIntricate(`# Title\n\n${text}`)).toBe(true));

test.each([
  ["a long list of links", "- [x](y.md) and *more*\n".repeat(20_000)],
  ["a large table", `| a | b |\n| - | - |\n${"| [x](y) | *a* |\n".repeat(20_000)}`],
  ["many labels", Array.from({ length: 20_000 }, (_, index) => `[${index}]: https://example.org/${index}\n`).join("")],
  ["code", `\`\`\`\n${"a[b[c]] * d_e\n".repeat(20_000)}\`\`\`\n`],
  ["code that is indented far", `    \n${" ".repeat(300)}x - y\n`],
  ["many paragraphs", "some *words* and [a link](x)\nand more\n\n".repeat(20_000)],
])("isIntricate() lets %s pass", (_, text) => expect(isIntricate(`# Title\n\n${text}`)).toBe(false));

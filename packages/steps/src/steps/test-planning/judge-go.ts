import { maskCode } from "./mask-code.ts";
import { createLineCounter, type Weakness } from "./weakness.ts";

/** Judges a test file in Go, as `gofmt` writes it: the brace that ends a function begins a line. Pure. */
export function judgeGo(text: string): readonly Weakness[] {
  const mask = maskCode(text, "go");
  const lineAt = createLineCounter(text);
  const found: Weakness[] = [];
  for (const match of mask.matchAll(
    /^func (?<name>Test[A-Z_0-9]?\w*)\((?<parameter>\w+) \*testing\.T\) \{(?<body>[\s\S]*?)(?:^|(?<=\{[ \t]*))\}/gm,
  )) {
    const { name = "", parameter = "t", body = "" } = match.groups ?? {};
    const line = lineAt(match.index);
    if (body.trim() === "") {
      found.push({
        rule: "empty-test",
        severity: "warning",
        line,
        message: `this test does nothing, and passes: ${name}`,
      });
    } else if (new RegExp(`^\\s*${parameter}\\.Skip(?:f|Now)?\\(`).test(body)) {
      found.push({ rule: "skipped-test", severity: "info", line, message: `this test is not run: ${name}` });
    } else if (!new RegExp(`\\b${parameter}\\b`).test(body) && !/panic|assert|require|Expect|Ω/.test(body)) {
      found.push({
        rule: "no-assertion",
        severity: "info",
        line,
        message: `nothing in this test can fail but by a panic: ${name}`,
      });
    }
  }
  for (const { index } of mask.matchAll(/^\s*time\.Sleep\(/gm)) {
    found.push({
      rule: "sleep-in-test",
      severity: "info",
      line: lineAt(index) + (mask[index] === "\n" ? 1 : 0),
      message: "the test waits for a time, not for what it needs",
    });
  }
  return found.toSorted((one, other) => one.line - other.line);
}

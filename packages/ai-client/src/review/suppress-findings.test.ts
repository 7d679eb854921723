import { expect, test } from "vitest";
import type { Finding } from "./finding.ts";
import { suppressFindings } from "./suppress-findings.ts";

function suppress(lines: readonly string[], change: Partial<Finding>) {
  const texts = { title: "", message: "", evidence: "x" };
  const base = { ruleId: "null-check", severity: "low", confidence: 1, file: "a.ts", ...texts } as const;
  const finding: Finding = { ...base, startLine: 2, endLine: 2, ...change };
  const { kept, suppressed } = suppressFindings([finding], new Map([["a.ts", lines.join("\n")]]));
  expect(kept.length + suppressed.length).toBe(1);
  return suppressed.map(({ line, reason }) => ({ line, reason }));
}

test.each([
  ["// ai-ignore-next-line null-check -- checked by the caller", "checked by the caller"],
  ["  # ai-ignore-next-line other,null-check -- known", "known"],
  ["/* ai-ignore-next-line other, null-check -- known */", "known"],
  ["<!-- ai-ignore-next-line null-check -- as the law says -->", "as the law says"],
  ["code(); // ai-ignore-next-line null-check -- a -- b", "a -- b"],
])("suppressFindings() honours %s", (comment, reason) => {
  expect(suppress([comment, "x"], {})).toEqual([{ line: 1, reason }]);
});

test.each([
  "// ai-ignore-next-line null-check",
  "// ai-ignore-next-line null-check -- ",
  "/* ai-ignore-next-line null-check -- */",
  "// ai-ignore-next-line -- why not",
  "// ai-ignore-next-line null -- part of the name",
  "// ai-ignore-next-line other -- another rule",
  "// ai-ignore null-check -- no such comment",
  "",
])("suppressFindings() does not honour %s", (comment) => {
  expect(suppress([comment, "x"], {})).toEqual([]);
});

test("suppressFindings() knows several comments in a row, and a place that begins with the comment", () => {
  const lines = ["// ai-ignore-next-line null-check -- a", "// ai-ignore-next-line other -- b", "x", "y"];
  expect(suppress(lines, { startLine: 3, endLine: 3 })).toEqual([{ line: 1, reason: "a" }]);
  expect(suppress(lines, { startLine: 2, endLine: 3 })).toEqual([{ line: 1, reason: "a" }]);
  expect(suppress(lines, { startLine: 3, endLine: 3, ruleId: "other" })).toEqual([{ line: 2, reason: "b" }]);
  expect(suppress(lines, { startLine: 4, endLine: 4 })).toEqual([]);
  expect(suppress(lines, { startLine: 1, endLine: 3 })).toEqual([{ line: 1, reason: "a" }]);
  expect(suppress(lines, { startLine: 1, endLine: 1 })).toEqual([]);
  expect(suppress(lines, { startLine: 3, endLine: 3, file: "b.ts" })).toEqual([]);
});

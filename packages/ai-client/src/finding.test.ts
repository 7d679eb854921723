import { expect, test } from "vitest";
import { validateFindings } from "./finding.ts";

const FINDING = {
  ruleId: "null-check",
  severity: "high",
  confidence: 0.8,
  file: "a.ts",
  startLine: 2,
  endLine: 3,
  title: "Title",
  message: "Message",
  evidence: "x",
};

test("validateFindings() keeps the fields of a finding and no others", () => {
  const value = {
    findings: [
      { ...FINDING, extra: 1, suggestion: null },
      { ...FINDING, suggestion: "y" },
    ],
  };
  expect(validateFindings(value)).toEqual({ ok: true, value: [FINDING, { ...FINDING, suggestion: "y" }] });
  expect(validateFindings({ findings: [] })).toEqual({ ok: true, value: [] });
});

test.each([
  [{ severity: "blocker" }, "severity"],
  [{ confidence: 80 }, "confidence"],
  [{ confidence: Number.NaN }, "confidence"],
  [{ startLine: 1.5 }, "startLine"],
  [{ endLine: "3" }, "endLine"],
  [{ evidence: undefined }, "evidence"],
  [{ suggestion: 3 }, "suggestion"],
])("validateFindings() says which field of which finding is wrong: %o", (change, field) => {
  const result = validateFindings({ findings: [FINDING, { ...FINDING, ...change }] });
  expect(result).toMatchObject({ ok: false, problems: [expect.stringMatching(`findings\\[1\\].*${field}`) as string] });
});

test("validateFindings() refuses what is no list of findings", () => {
  for (const value of [null, [], "x", {}, { findings: {} }, { findings: [null] }])
    expect(validateFindings(value).ok).toBe(false);
});

import { expect, test } from "vitest";
import { MAX_FINDINGS, validateFindings } from "./finding.ts";

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

test("validateFindings() gives texts that are safe to print and of readable length, and the file and evidence as they are", () => {
  const hostile = {
    ...FINDING,
    ruleId: "a\u001B[31m\nb",
    title: `\u001B]0;x\u0007::error::\n${"x".repeat(1_000_000)}`,
    message: `one\n::set-output name=a::b\u0000`,
    suggestion: "y".repeat(5000),
    evidence: "\u001B[1m  code",
  };
  const result = validateFindings({ findings: [hostile] });
  const [finding] = result.ok ? result.value : [];
  expect(finding).toMatchObject({
    ruleId: "a b",
    message: "one\n: :set-output name=a::b",
    evidence: "\u001B[1m  code",
  });
  expect(finding?.title).toMatch(/^: :error:: x+…$/);
  expect(finding?.title).toHaveLength(200);
  expect(finding?.suggestion).toHaveLength(4000);
});

test("validateFindings() refuses more findings than anybody reads", () => {
  const many = (count: number): unknown => ({ findings: Array.from({ length: count }, () => FINDING) });
  expect(validateFindings(many(MAX_FINDINGS)).ok).toBe(true);
  expect(validateFindings(many(MAX_FINDINGS + 1))).toEqual({
    ok: false,
    problems: ["`findings` holds 1001 findings; report the 1000 worst at most"],
  });
});

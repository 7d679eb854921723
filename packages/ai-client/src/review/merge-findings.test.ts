import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Finding, SEVERITIES } from "./finding.ts";
import { mergeFindings } from "./merge-findings.ts";

function finding(change: Partial<Finding>): Finding {
  const lines = { startLine: 1, endLine: 1 };
  const texts = { title: "", message: "", evidence: "x" };
  return { ruleId: "r", severity: "low", confidence: 0.5, file: "a.ts", ...lines, ...texts, ...change };
}

test("mergeFindings() keeps the worst of what overlaps, then the surest, and counts the others", () => {
  const sure = finding({ severity: "high", confidence: 0.9, startLine: 3, endLine: 5 });
  const unsure = finding({ severity: "high", confidence: 0.6, startLine: 5, endLine: 7 });
  const mild = finding({ startLine: 7, endLine: 7 });
  expect(mergeFindings([mild, unsure, sure])).toEqual({ findings: [sure], duplicateCount: 2 });
});

test("mergeFindings() keeps apart other rules, other files and lines that only touch", () => {
  const findings = [
    finding({ startLine: 1, endLine: 2 }),
    finding({ startLine: 3, endLine: 3 }),
    finding({ ruleId: "s" }),
    finding({ file: "b.ts" }),
  ];
  expect(mergeFindings(findings).duplicateCount).toBe(0);
});

test("mergeFindings() is the same in any order, is done after once, and leaves a place for every finding", () => {
  const arbitrary = fc
    .record({
      ruleId: fc.constantFrom("r", "s"),
      file: fc.constantFrom("a", "b"),
      severity: fc.constantFrom(...SEVERITIES),
      confidence: fc.constantFrom(0, 0.5, 1),
      startLine: fc.integer({ min: 1, max: 12 }),
      length: fc.nat(3),
    })
    .map(({ length, ...rest }) => finding({ ...rest, endLine: rest.startLine + length }));
  const lists = fc.array(arbitrary, { maxLength: 12 }).chain((list) => {
    return fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }));
  });
  fc.assert(
    fc.property(lists, ([list, shuffled]) => {
      const merged = mergeFindings(list);
      expect(mergeFindings(shuffled)).toEqual(merged);
      expect(mergeFindings(merged.findings)).toEqual({ findings: merged.findings, duplicateCount: 0 });
      expect(merged.findings.length + merged.duplicateCount).toBe(list.length);
      const ranks = merged.findings.map(({ severity }) => SEVERITIES.indexOf(severity));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      for (const one of list) {
        const same = merged.findings.filter(({ ruleId, file }) => ruleId === one.ruleId && file === one.file);
        expect(same.length).toBeGreaterThan(0);
        const worst = Math.min(...same.map(({ severity }) => SEVERITIES.indexOf(severity)));
        expect(worst).toBeLessThanOrEqual(SEVERITIES.indexOf(one.severity));
      }
    }),
  );
});

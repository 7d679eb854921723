import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Finding } from "./finding.ts";
import { verifyFindings } from "./verify-findings.ts";

const FILES = new Map([
  ["a.ts", "const a = 1;\r\n\tif (a) {\r\n    run( a );\r\n}\r\n"],
  ["empty.ts", ""],
]);

function finding(change: Partial<Finding>): Finding {
  return {
    ruleId: "r",
    severity: "low",
    confidence: 1,
    file: "a.ts",
    startLine: 2,
    endLine: 3,
    title: "t",
    message: "m",
    evidence: "if (a) {\n  run( a );",
    ...change,
  };
}

test.each([
  [undefined, {}],
  [undefined, { startLine: 1, endLine: 4 }],
  [undefined, { startLine: 3, evidence: "run( a )" }],
  ["file-not-in-prompt", { file: "b.ts" }],
  ["file-not-in-prompt", { file: "./a.ts" }],
  ["lines-out-of-range", { startLine: 0 }],
  ["lines-out-of-range", { startLine: 3, endLine: 2 }],
  ["lines-out-of-range", { endLine: 5 }],
  ["lines-out-of-range", { startLine: 1.5 }],
  ["lines-out-of-range", { file: "empty.ts", startLine: 1, endLine: 1 }],
  ["evidence-missing", { evidence: "const a = 1;" }],
  ["evidence-missing", { evidence: "IF (a)" }],
  ["evidence-missing", { evidence: " \n" }],
] as const)("verifyFindings() drops with reason %s a finding with %o", (reason, change) => {
  const verified = verifyFindings([finding(change)], FILES);
  expect(verified.dropped.map((drop) => drop.reason)).toEqual(reason === undefined ? [] : [reason]);
  expect(verified.kept).toHaveLength(reason === undefined ? 1 : 0);
});

test("verifyFindings() keeps exactly what quotes lines that are there, and counts the rest", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 4 });
  const claim = fc.record({ startLine: fc.integer({ min: -1, max: 7 }), length: fc.nat(3), evidence: line });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.array(claim, { maxLength: 5 }), (lines, claims) => {
      const findings = claims.map(({ startLine, length, evidence }) =>
        finding({ startLine, endLine: startLine + length, evidence }),
      );
      const files = new Map([["a.ts", `${lines.join("\n")}\n`]]);
      const { kept, dropped, droppedCounts } = verifyFindings(findings, files);
      expect(kept.length + dropped.length).toBe(findings.length);
      expect(Object.values(droppedCounts).reduce((a, b) => a + b, 0)).toBe(dropped.length);
      for (const { startLine, endLine, evidence } of kept) {
        const words = lines
          .slice(startLine - 1, endLine)
          .join(" ")
          .split(/\s+/)
          .join(" ");
        expect(startLine >= 1 && endLine <= lines.length).toBe(true);
        expect(words).toContain(evidence.trim().split(/\s+/).join(" "));
      }
    }),
  );
});

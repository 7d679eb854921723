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
  [undefined, { evidence: "2|\tif (a) {\n3|    run( a );" }],
  [undefined, { evidence: " 2 | if (a) {\n\n 3+| run( a );" }],
  [undefined, { endLine: 2, evidence: "L2: if (a) {" }],
  ["file-not-in-prompt", { file: "b.ts" }],
  ["file-not-in-prompt", { file: "./a.ts" }],
  ["lines-out-of-range", { startLine: 0, evidence: "if (a)" }],
  ["lines-out-of-range", { startLine: 3, endLine: 2, evidence: "run( a )" }],
  ["lines-out-of-range", { endLine: 5, evidence: "" }],
  ["lines-out-of-range", { startLine: 1.5, evidence: "nowhere at all" }],
  ["lines-out-of-range", { file: "empty.ts", startLine: 1, endLine: 1 }],
  ["evidence-missing", { evidence: "const a = 2;" }],
  ["evidence-missing", { evidence: "a = 1;" }],
  ["evidence-missing", { evidence: "IF (a) { run( a );" }],
  ["evidence-missing", { evidence: " \n" }],
  ["evidence-missing", { evidence: "12|" }],
  ["evidence-missing", { evidence: `if (a) {${"x".repeat(1_000_000)}` }],
] as const)("verifyFindings() drops with reason %s a finding with %o", (reason, change) => {
  const verified = verifyFindings([finding(change)], FILES);
  expect(verified.dropped.map((drop) => drop.reason)).toEqual(reason === undefined ? [] : [reason]);
  expect(verified.kept).toHaveLength(reason === undefined ? 1 : 0);
  expect(verified.moved).toEqual([]);
});

test("verifyFindings() gives evidence back without row numbers", () => {
  const { kept } = verifyFindings([finding({ evidence: "2|\tif (a) {\n3|    run( a );" })], FILES);
  expect(kept[0]?.evidence).toBe("\tif (a) {\n    run( a );");
});

test("verifyFindings() moves a finding to the only place where its evidence stands, and says so", () => {
  const text = "first line of it\n\nshared words here\nanother line of it\nshared words here\n";
  const files = new Map([["a.ts", text]]);
  const placeOf = (change: Partial<Finding>): unknown => {
    const { kept, moved, dropped } = verifyFindings([finding(change)], files);
    expect(kept).toEqual(moved.map((move) => move.finding));
    return moved[0] === undefined ? dropped[0]?.reason : [kept[0]?.startLine, kept[0]?.endLine];
  };
  expect(placeOf({ evidence: "another line of it" })).toEqual([4, 4]);
  expect(placeOf({ startLine: 40, endLine: 50, evidence: "7| another line of it" })).toEqual([4, 4]);
  expect(placeOf({ startLine: 9, endLine: 9, evidence: "first line of it\n\nshared words" })).toEqual([1, 3]);
  expect(placeOf({ startLine: 1, endLine: 1, evidence: "shared words here" })).toBe("evidence-missing");
  expect(placeOf({ startLine: 1, endLine: 1, evidence: "another" })).toBe("evidence-missing");
  const { moved } = verifyFindings([finding({ startLine: 1, endLine: 1, evidence: "another line of it" })], files);
  expect(moved).toMatchObject([{ fromStartLine: 1, fromEndLine: 1, finding: { startLine: 4, endLine: 4 } }]);
});

test("verifyFindings() does not take lines for neighbours between which a file was not shown", () => {
  const files = new Map([["a.ts", `first line of it\n${"\n".repeat(20)}another line of it\n`]]);
  const { droppedCounts } = verifyFindings([finding({ evidence: "first line of it\nanother line of it" })], files);
  expect(droppedCounts["evidence-missing"]).toBe(1);
});

test("verifyFindings() moves evidence exactly where it is unique, whatever the lines said", () => {
  const word = fc.constantFrom("alpha beta gamma", "delta epsilon", "zeta eta theta", "");
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(7), fc.nat(9), (lines, which, said) => {
      const evidence = lines[which % lines.length] ?? "";
      const files = new Map([["a.ts", lines.join("\n")]]);
      const { kept, dropped } = verifyFindings([finding({ startLine: said, endLine: said, evidence })], files);
      const places = lines.flatMap((line, index) => (line === evidence ? [index + 1] : []));
      const expected = evidence === "" ? [] : places.includes(said) ? [said] : places.length === 1 ? places : [];
      expect(kept.map(({ startLine }) => startLine)).toEqual(expected);
      expect(kept.length + dropped.length).toBe(1);
    }),
  );
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

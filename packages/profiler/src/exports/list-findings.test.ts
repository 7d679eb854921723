import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord, exampleStep } from "../../test/example-run-record.ts";
import type { Finding, RunRecord } from "../run-record.ts";
import { listFindings } from "./list-findings.ts";

function recordOf(...findings: readonly (readonly Finding[])[]): RunRecord {
  const steps = findings.map((list, index) => ({
    ...exampleStep,
    id: index === 0 ? "code_review" : "lint",
    findings: list,
  }));
  return { ...exampleRunRecord, steps };
}

const finding = (message: string, more: Partial<Finding> = {}): Finding => ({
  rule: "r",
  severity: "warning",
  message,
  file: "a.ts",
  line: 1,
  ...more,
});

describe("listFindings()", () => {
  test("puts the gravest first, then goes by file and line, and keeps of equal ones the first", () => {
    const record = recordOf(
      [finding("c", { file: "b.ts" }), finding("b", { line: 9 }), finding("a")],
      [
        finding("d", { severity: "error", file: "z.ts" }),
        finding("a"),
        finding("e", { severity: "info", file: undefined }),
      ],
    );
    expect(listFindings(record).map(({ message, step }) => [message, step])).toEqual([
      ["d", "lint"],
      ["a", "code_review"],
      ["b", "code_review"],
      ["c", "code_review"],
      ["e", "lint"],
    ]);
  });

  test("knows a finding again where it moved or its numbers changed, and tells equal ones apart", () => {
    const prints = (...list: readonly Finding[]): readonly string[] =>
      listFindings(recordOf(list)).map(({ fingerprint }) => fingerprint);
    const [moved] = prints(finding("line 3 is long", { line: 3 }));
    expect(prints(finding("line 4 is long", { line: 4 }))).toEqual([moved]);
    expect(prints(finding("line 4 is short", { line: 4 }))).not.toEqual([moved]);
    const twice = prints(finding("a", { line: 1 }), finding("a", { line: 2 }));
    expect(new Set(twice).size).toBe(2);
  });

  test("has a fingerprint of its own for each finding of any record", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        // Steps of one name do not occur in a run.
        const steps = record.steps.map((step, index) => ({ ...step, id: `${step.id}-${index}` }));
        const prints = listFindings({ steps }).map(({ fingerprint }) => fingerprint);
        expect(new Set(prints).size).toBe(prints.length);
      }),
    );
  });
});

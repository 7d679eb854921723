import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../test/example-run-record.ts";
import { formatProfileLog } from "./format-profile-log.ts";

describe("formatProfileLog()", () => {
  test("lists the phases of each started step by self time and marks the one that dominates", () => {
    expect(formatProfileLog(exampleRunRecord)).toBe(`PROFILE: code_review
  - ai_call: 9.0s BOTTLENECK
  - setup: 2.2s
  - git_operations: 1.0s
  - other: 0.2s
  - total: 12.4s
PROFILE: lint
  - other: 1.5s BOTTLENECK
  - total: 1.5s
`);
  });

  test("marks none when no phase takes half of the step", () => {
    const spans = [
      { id: 1, name: "part0", step: "code_review", startMs: 100, endMs: 3100 },
      { id: 2, name: "part1", step: "code_review", startMs: 3100, endMs: 7100 },
      { id: 3, name: "part2", step: "code_review", startMs: 7100, endMs: 12_100 },
    ];
    const text = formatProfileLog({ ...exampleRunRecord, steps: exampleRunRecord.steps.slice(0, 1), spans });
    expect(text).not.toContain("BOTTLENECK");
    expect(text.split("\n")[1]).toBe("  - part2: 5.0s");
  });

  test("says which phase was never finished", () => {
    const spans = [{ id: 1, name: "ai_call", step: "lint", startMs: 200 }];
    expect(formatProfileLog({ ...exampleRunRecord, spans })).toContain("  - ai_call: 1.5s BOTTLENECK (unfinished)\n");
  });

  test("lists what a test runner told after the phases of the step, with the name of the runner", () => {
    const phases = [
      { name: "transform", ms: 12 },
      { name: "discovery", ms: 250 },
      { name: "execution", ms: 900 },
    ];
    const steps = exampleRunRecord.steps.map((step) =>
      step.id === "lint" ? { ...step, testProfile: { runner: "vitest", phases } } : step,
    );
    expect(formatProfileLog({ ...exampleRunRecord, steps })).toContain(`PROFILE: lint
  - other: 1.5s BOTTLENECK
  - execution: 0.9s (vitest)
  - discovery: 0.3s (vitest)
  - total: 1.5s
`);
  });

  test("keeps its form for any names: one PROFILE line and one total for each started step", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const started = record.steps.filter((step) => step.startedMs !== undefined);
        const lines = formatProfileLog(record).split("\n");
        expect(lines.pop()).toBe("");
        for (const line of lines) {
          expect(line).toMatch(/^PROFILE: |^ {2}- .*: \d+\.\ds( BOTTLENECK)?( \(.*\))?$/u);
        }
        expect(lines.filter((line) => line.startsWith("PROFILE: "))).toHaveLength(started.length);
        expect(lines.filter((line) => line.startsWith("  - total: ")).length).toBeGreaterThanOrEqual(started.length);
      }),
    );
  });
});

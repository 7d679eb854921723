import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { toBenchmarkActionJson } from "./to-benchmark-action-json.ts";

describe("toBenchmarkActionJson()", () => {
  test("gives the run and each step that passed, with what was measured", () => {
    const steps = exampleRunRecord.steps.map((step, index) =>
      index === 0
        ? {
            ...step,
            attempts: 2,
            resources: { method: "proc" as const, cpuMs: 500, peakMemoryBytes: 3 * 1024 ** 2, samples: 1 },
          }
        : step,
    );
    expect(toBenchmarkActionJson({ ...exampleRunRecord, steps })).toEqual([
      { name: "shop (whole run)", unit: "s", value: 13, extra: "2 of 3 steps ran" },
      { name: "code_review", unit: "s", value: 12.4, extra: "relevant-change, attempt 2" },
      { name: "code_review: CPU time", unit: "s", value: 0.5, extra: "relevant-change, attempt 2" },
      { name: "code_review: peak memory", unit: "MB", value: 3, extra: "relevant-change, attempt 2" },
      { name: "lint", unit: "s", value: 1.5, extra: "relevant-change" },
    ]);
  });

  test("leaves out times that say nothing", () => {
    const steps = exampleRunRecord.steps.map((step) => ({ ...step, outcome: "failed" as const }));
    expect(toBenchmarkActionJson({ ...exampleRunRecord, status: "failed", steps })).toEqual([]);
  });

  test("has for any record what the action needs: a list of values with a name of its own, a unit and a number", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const text = JSON.stringify(toBenchmarkActionJson(record));
        expect(text).not.toMatch(/\\ud[89a-f]/u);
        const values = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
        for (const { name, unit, value, extra, ...others } of values) {
          expect([typeof name, typeof unit, typeof value, typeof extra]).toEqual([
            "string",
            "string",
            "number",
            "string",
          ]);
          expect(others).toEqual({});
        }
        expect(new Set(values.map(({ name }) => name)).size).toBe(values.length);
      }),
    );
  });
});

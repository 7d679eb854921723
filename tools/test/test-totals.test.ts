import { describe, expect, test } from "vitest";
import { addTotals, countReport, formatTotals } from "../../scripts/test-totals.mjs";

function report(files: readonly { status: string; tests: readonly string[] }[], success: boolean): string {
  return JSON.stringify({
    success,
    testResults: files.map(({ status, tests }, index) => ({
      name: `file-${index}`,
      status,
      assertionResults: tests.map((one) => ({ status: one })),
    })),
  });
}

describe("countReport()", () => {
  test("counts passed, failed and skipped tests over all files", () => {
    const text = report(
      [
        { status: "passed", tests: ["passed", "passed", "pending", "todo"] },
        { status: "failed", tests: ["passed", "failed"] },
      ],
      false,
    );
    expect(countReport(text)).toMatchObject({ passed: 3, failed: 1, skipped: 2 });
  });

  test("names each failed test, its file and what it said, shortened", () => {
    const said = [
      "Error: expected 1 to be 2",
      ...Array.from({ length: 40 }, (_, index) => `    at line ${index}`),
    ].join("\n");
    const text = JSON.stringify({
      success: false,
      testResults: [
        {
          name: "sum.test.ts",
          status: "failed",
          assertionResults: [
            { status: "passed", fullName: "adds none" },
            { status: "failed", fullName: "adds two", failureMessages: [said] },
          ],
        },
      ],
    });
    const { problems } = countReport(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^failed: adds two \(sum\.test\.ts\)\n {4}Error: expected 1 to be 2\n/);
    expect(problems[0]?.split("\n").length).toBeLessThan(20);
  });

  test("counts a file that could not be loaded as one failure and names it", () => {
    const counts = countReport(report([{ status: "failed", tests: [] }], false));
    expect(counts.failed).toBe(1);
    expect(counts.problems.join()).toContain("file-0");
  });

  test("counts a run that failed although every test passed as one failure", () => {
    expect(countReport(report([{ status: "passed", tests: ["passed"] }], false))).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test.each(["", "{", "{}", "null", "[]", report([], true)])("never takes %j for a success", (text) => {
    expect(countReport(text)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("formatTotals()", () => {
  test("names skipped tests only when there are any", () => {
    expect(formatTotals({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
    expect(formatTotals({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
  });

  test("prints the sum that addTotals() makes", () => {
    const parts = [
      { passed: 1, failed: 0, skipped: 4 },
      { passed: 2, failed: 3, skipped: 0 },
    ];
    expect(formatTotals(addTotals(parts))).toBe("3 passed, 3 failed, 4 skipped");
  });
});

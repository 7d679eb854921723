import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeChanged } from "./judge-changed.ts";
import type { StepVerdict } from "./step-run.ts";

const changed: ReadonlySet<string> = new Set(["new.md"]);
const error = (file?: string): StepVerdict["findings"][number] => ({
  rule: "r",
  severity: "error",
  message: "m",
  ...(file === undefined ? {} : { file }),
});
const failed = (...findings: StepVerdict["findings"]): StepVerdict => ({
  outcome: "failed",
  message: "2 errors found",
  failedBy: "findings",
  findings,
});

test("what failed by old findings alone passes for now, and says how many there are", () => {
  expect(judgeChanged(failed(error("old.md"), error("other.md")), changed)).toEqual({
    outcome: "passed",
    message: "2 findings in files that did not change",
    provisional: true,
    findings: [
      { ...error("old.md"), severity: "info" },
      { ...error("other.md"), severity: "info" },
    ],
  });
});

test("a finding in a file that changed, or in none, counts as ever", () => {
  expect(judgeChanged(failed(error("old.md"), error("new.md")), changed).outcome).toBe("failed");
  expect(judgeChanged(failed(error("old.md"), error()), changed).outcome).toBe("failed");
});

test("what failed for another reason stays failed", () => {
  const { failedBy: _, ...verdict } = failed(error("old.md"));
  expect(judgeChanged(verdict, changed)).toMatchObject({ outcome: "failed", message: "2 errors found" });
});

test("a pass with old warnings keeps what it says and is not kept", () => {
  const warning = { ...error("old.md"), severity: "warning" as const };
  expect(judgeChanged({ outcome: "passed", message: "read 2", findings: [warning] }, changed)).toMatchObject({
    outcome: "passed",
    message: "read 2; 1 finding in files that did not change",
    provisional: true,
  });
});

test("no outcome becomes worse, no finding is lost, and what has nothing old stays as it is", () => {
  const finding = fc.record({
    rule: fc.constant("r"),
    message: fc.constant("m"),
    severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
    file: fc.constantFrom("old.md", "new.md", undefined),
  });
  fc.assert(
    fc.property(fc.array(finding), fc.constantFrom("passed" as const, "inconclusive" as const), (findings, outcome) => {
      const hasError = findings.some(({ severity }) => severity === "error");
      const verdict: StepVerdict = hasError
        ? { outcome: "failed", failedBy: "findings", findings }
        : { outcome, findings };
      const judged = judgeChanged(verdict, changed);
      expect(judged.findings.map(({ file }) => file)).toEqual(findings.map(({ file }) => file));
      if (verdict.outcome !== "failed") expect(judged.outcome).toBe(verdict.outcome);
      if (findings.every(({ file, severity }) => file !== "old.md" || severity === "info"))
        expect(judged).toBe(verdict);
    }),
  );
});

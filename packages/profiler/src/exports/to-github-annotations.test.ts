import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord, exampleStep } from "../../test/example-run-record.ts";
import type { Finding } from "../run-record.ts";
import { toGithubAnnotations } from "./to-github-annotations.ts";

function annotate(findings: readonly Finding[], prefix?: string): readonly string[] {
  const text = toGithubAnnotations({ ...exampleRunRecord, steps: [{ ...exampleStep, findings }] }, prefix);
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

const finding = (message: string, more: Partial<Finding> = {}): Finding => ({
  rule: "r",
  severity: "error",
  message,
  ...more,
});

describe("toGithubAnnotations()", () => {
  test("gives findings the gravest first, with paths from the root of the repository", () => {
    const found = [
      finding("light", { severity: "info" }),
      finding("grave", { file: "src/a.ts", line: 3, endLine: 4, column: 5, suggestion: "mend it" }),
    ];
    expect(annotate(found, "services/a/")).toEqual([
      "::error file=services/a/src/a.ts,line=3,endLine=4,col=5,title=code_review/r::grave%0Amend it",
      "::notice title=code_review/r::light",
    ]);
    expect(annotate([])).toEqual([]);
  });

  test("tells of steps that did not pass and have no finding", () => {
    const steps = [
      { ...exampleStep, outcome: "failed" as const, message: "exit code 1" },
      { ...exampleStep, id: "asked", outcome: "inconclusive" as const },
      { ...exampleStep, id: "left", outcome: "cancelled" as const },
    ];
    expect(toGithubAnnotations({ ...exampleRunRecord, steps })).toBe(
      "::error title=code_review::failed: exit code 1\n::error title=asked::inconclusive\n",
    );
  });

  test("has of each level no more than GitHub shows, and says how many there are", () => {
    const found = Array.from({ length: 12 }, (_, line) => finding("m", { file: "a", line: line + 1 }));
    const lines = annotate([...found, finding("w", { severity: "warning" })]);
    expect(lines).toHaveLength(11);
    expect(lines[9]).toBe("::error title=ai-workflow::3 more; the summary and the run record have them all");
    expect(annotate(found.slice(0, 10)).at(-1)).toBe("::error file=a,line=10,title=code_review/r::m");
  });

  test("a message is cut where GitHub cuts it, and holds nothing that a terminal obeys", () => {
    const [line = ""] = annotate([finding(`\u001B[31m\u202E${"x".repeat(1_000_000)}`)]);
    expect(line.split("::").at(-1)).toBe(`\uFFFD[31m\uFFFD${"x".repeat(4_090)}`);
  });

  test("no text adds a command or a property", () => {
    expect(annotate([finding("a\n::set-output name=x::y", { file: "a,line=9::b\r\n.ts", rule: "x::y" })])).toEqual([
      "::error file=a%2Cline=9%3A%3Ab%0D%0A.ts,title=code_review/x%3A%3Ay::a%0A::set-output name=x::y",
    ]);
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        for (const line of toGithubAnnotations(record).split("\n").slice(0, -1)) {
          expect(line).toMatch(
            /^::(?:error|warning|notice) (?:(?:file|line|endLine|col|title)=[^:,\r\n]*,?)*::[^\r\n]*$/su,
          );
        }
      }),
    );
  });
});

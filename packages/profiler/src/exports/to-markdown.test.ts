import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord, exampleStep } from "../../test/example-run-record.ts";
import { toMarkdown } from "./to-markdown.ts";

describe("toMarkdown()", () => {
  test("says what came of the run, of its steps and what was found", () => {
    expect(toMarkdown({ ...exampleRunRecord, saved: { replayedMs: 60_500, skippedMs: 0, parallelMs: 0 } }))
      .toBe(`## shop: passed in 13.0 s

2 passed, 1 skipped; 1 min 1 s of work not done again

| step | outcome | time | why |
| --- | --- | --: | --- |
| code_review | passed | 12.4 s | src/a.ts changed |
| lint | passed | 1.5 s | src/a.ts changed |
| documentation_updates | skipped |  | no document changed |

### One finding

| | where | what | step |
| --- | --- | --- | --- |
| warning | src/a.ts:3 | Missing semicolon | lint/semi |
`);
  });

  test("puts what needs a look first and names notices", () => {
    const steps = [exampleStep, { ...exampleStep, id: "bad", outcome: "failed" as const, message: "exit code 1" }];
    const notices = [{ code: "n", message: "history is shallow" }];
    const lines = toMarkdown({ ...exampleRunRecord, status: "failed", steps, notices }).split("\n");
    expect(lines[4]).toBe("> history is shallow");
    expect(lines[8]).toBe("| bad | **failed** | 12.4 s | exit code 1 |");
  });

  test("shows hostile texts as they are", () => {
    const message = "| <img src=x> [a](https://b) `c` @team #1 https://d www.e.f **g** ~~h~~ $i$ \n## j";
    const findings = [{ rule: "r", severity: "error" as const, message }];
    const row =
      toMarkdown({ ...exampleRunRecord, steps: [{ ...exampleStep, findings }] })
        .split("\n")
        .at(-2) ?? "";
    const [, , , shown = ""] = row.split("|");
    expect(shown.replaceAll(/&#\d+;/g, "")).not.toMatch(/[<>[\]`*~@#$&]|:\/\/|www\./u);
    const decoded = shown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    expect(decoded.trim()).toBe(message.replaceAll(/\s+/g, " "));
  });

  test("cuts what would not fit a comment, and says what is missing", () => {
    const findings = Array.from({ length: 500 }, (_, line) => ({
      rule: "r",
      severity: "error" as const,
      message: "x".repeat(1_000),
      file: "a.ts",
      line: line + 1,
    }));
    const steps = Array.from({ length: 150 }, (_, place) => ({
      ...exampleStep,
      id: `step-${place}`,
      findings: place === 0 ? findings : [],
    }));
    const text = toMarkdown({ ...exampleRunRecord, steps });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("… and 50 steps more.");
    expect(text).toContain("… and 400 findings more.");
  });

  test("is a table row a step for any record", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const rows = toMarkdown(record)
          .split("\n")
          .filter((line) => line.startsWith("| "));
        for (const row of rows) expect(row.split("|")).toHaveLength(6);
      }),
    );
  });
});

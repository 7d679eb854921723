import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { toGitlabCodeQuality } from "./to-gitlab-code-quality.ts";

describe("toGitlabCodeQuality()", () => {
  test("gives findings that stand in a file, with paths from the root of the repository", () => {
    expect(toGitlabCodeQuality(exampleRunRecord, "services/a/")).toEqual([
      {
        description: "Missing semicolon",
        check_name: "lint/semi",
        fingerprint: expect.stringMatching(/^[\da-f]{64}$/) as string,
        severity: "minor",
        location: { path: "services/a/src/a.ts", lines: { begin: 3 } },
      },
    ]);
    const steps = exampleRunRecord.steps.map((step) => ({
      ...step,
      findings: [
        { rule: "r", severity: "error" as const, message: "nowhere" },
        { rule: "r", severity: "error" as const, message: "whole", file: "b" },
      ],
    }));
    expect(toGitlabCodeQuality({ ...exampleRunRecord, steps: steps.slice(0, 1) })).toMatchObject([
      { description: "whole", severity: "major", location: { path: "b", lines: { begin: 1 } } },
    ]);
  });

  test("has for any record what GitLab needs of each entry", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const text = JSON.stringify(toGitlabCodeQuality(record));
        expect(text).not.toMatch(/\\ud[89a-f]/u);
        for (const { severity, location } of toGitlabCodeQuality(record)) {
          expect(["info", "minor", "major"]).toContain(severity);
          expect(location.lines.begin).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import draft04 from "ajv-draft-04";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord, exampleStep } from "../../test/example-run-record.ts";
import { toSarif } from "./to-sarif.ts";

const schemas = createRequire(import.meta.url).resolve("schemastore/schemas/json/sarif-2.1.0-rtm.4.json");
const validate = new draft04.default({
  strict: false,
  validateFormats: false,
  allErrors: true,
  unicodeRegExp: false,
}).compile(JSON.parse(readFileSync(schemas, "utf8")) as object);

describe("toSarif()", () => {
  test("gives findings with rule, level, place and fingerprint", () => {
    const { runs } = toSarif(exampleRunRecord);
    expect(runs[0].tool.driver.rules).toEqual([{ id: "lint/semi", name: "lint/semi" }]);
    expect(runs[0].results).toEqual([
      {
        ruleId: "lint/semi",
        ruleIndex: 0,
        level: "warning",
        message: { text: "Missing semicolon" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "src/a.ts", uriBaseId: "SRCROOT" },
              region: { startLine: 3 },
            },
          },
        ],
        partialFingerprints: { "aiWorkflowFinding/v1": expect.stringMatching(/^[\da-f]{64}$/) as string },
      },
    ]);
    expect(runs[0].invocations[0]).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [] });
  });

  test("encodes paths, so that none is a scheme, a host or a query", () => {
    const steps = exampleRunRecord.steps.map((step) => ({
      ...step,
      findings: [{ rule: "r", severity: "error" as const, message: "m", file: "a b/c:d?e#f%20.ts" }],
    }));
    const [result] = toSarif({ ...exampleRunRecord, steps: steps.slice(0, 1) }).runs[0].results;
    expect(result?.locations?.[0].physicalLocation.artifactLocation.uri).toBe("a%20b/c%3Ad%3Fe%23f%2520.ts");
  });

  test("tells of steps that did not come to their end, and that the run was no success", () => {
    const steps = exampleRunRecord.steps.map((step, index) =>
      index === 0 ? { ...step, outcome: "inconclusive" as const, message: "no answer" } : step,
    );
    expect(toSarif({ ...exampleRunRecord, steps }).runs[0].invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: "error", message: { text: "code_review inconclusive: no answer" }, descriptor: { id: "code_review" } },
      ],
    });
  });

  test("leaves out the lightest beyond what GitHub reads, and says so", () => {
    const findings = Array.from({ length: 25_002 }, (_, line) => ({
      rule: "r",
      severity: line === 25_001 ? ("error" as const) : ("info" as const),
      message: `m ${line}`,
      file: "a",
      line: line + 1,
    }));
    const steps = [{ ...exampleStep, findings }];
    const { results, invocations } = toSarif({ ...exampleRunRecord, steps }).runs[0];
    expect(results).toHaveLength(25_000);
    expect(results[0]?.level).toBe("error");
    expect(invocations[0].toolExecutionNotifications.at(-1)?.message.text).toBe(
      "2 further findings were left out, the lightest",
    );
  });

  test("is valid by the published schema for any record", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const text = JSON.stringify(toSarif(record));
        expect(text).not.toMatch(/\\ud[89a-f]/u);
        expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
      }),
    );
  });
});

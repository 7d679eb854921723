import * as fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../../test/arbitrary-run-record.ts";
import { exampleRunRecord, exampleSkippedStep, exampleStep } from "../../test/example-run-record.ts";
import type { StepRecord } from "../run-record.ts";
import { toJunit } from "./to-junit.ts";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  isArray: (name) => name === "testsuite" || name === "testcase",
});

interface Case {
  readonly name: string;
}

function suitesOf(
  xml: string,
): readonly { readonly name: string; readonly tests: string; readonly testcase?: readonly Case[] }[] {
  const { testsuites } = parser.parse(xml) as { readonly testsuites: { readonly testsuite?: [] } | "" };
  return testsuites === "" ? [] : (testsuites.testsuite ?? []);
}

describe("toJunit()", () => {
  test("gives every step as a case, with what kept it from passing", () => {
    const steps: readonly StepRecord[] = [
      { ...exampleStep, stage: "core" },
      {
        ...exampleStep,
        id: "lint",
        stage: "core",
        outcome: "failed",
        message: 'exit code 1 & "more"\nlines',
        findings: [
          { rule: "semi", severity: "error", message: "a < b", file: "a.ts", line: 3 },
          { rule: "all", severity: "warning", message: "anywhere" },
        ],
      },
      { ...exampleStep, id: "slow", outcome: "timed-out", message: "took longer than 3 s" },
      {
        ...exampleStep,
        id: "again",
        outcome: "replayed",
        replayedFrom: { runId: "r1", at: "2026-11-23", durationMs: 5 },
      },
      exampleSkippedStep,
    ];
    expect(toJunit({ ...exampleRunRecord, steps }).split("\n")).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="shop" tests="5" failures="1" errors="1" skipped="1" time="13.000">',
      '  <testsuite name="core" tests="2" failures="1" errors="0" skipped="0" time="24.800" timestamp="2026-11-23T10:00:00">',
      '    <testcase classname="core" name="code_review" time="12.400"/>',
      '    <testcase classname="core" name="lint" time="12.400">',
      '      <failure type="failed" message="exit code 1 &amp; &#34;more&#34;&#10;lines">error a.ts:3: a &lt; b (semi)',
      "warning anywhere (all)</failure>",
      "    </testcase>",
      "  </testsuite>",
      '  <testsuite name="shop" tests="3" failures="0" errors="1" skipped="1" time="24.800" timestamp="2026-11-23T10:00:00">',
      '    <testcase classname="shop" name="slow" time="12.400">',
      '      <error type="timed-out" message="took longer than 3 s"></error>',
      "    </testcase>",
      '    <testcase classname="shop" name="again" time="12.400">',
      "      <system-out>replayed from run r1 of 2026-11-23</system-out>",
      "    </testcase>",
      '    <testcase classname="shop" name="documentation_updates" time="0.000">',
      '      <skipped message="no document changed"/>',
      "    </testcase>",
      "  </testsuite>",
      "</testsuites>",
      "",
    ]);
  });

  test("holds nothing that a terminal or CI obeys where it is printed, and says the same to who reads it", () => {
    const message = "\n ::error::a\r\n##[error]b\u009B\u202E";
    const findings = [{ rule: "r", severity: "error" as const, message }];
    const xml = toJunit({ ...exampleRunRecord, steps: [{ ...exampleStep, outcome: "failed", findings }] });
    expect(xml).not.toMatch(/^\s*::|##\[|[^\P{Cc}\n]|\u202E/mu);
    expect(xml).toContain("&#58;:error::a&#13;\n&#35;#[error]b\uFFFD\uFFFD");
  });

  test("is well-formed for any record, and has every step once", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const xml = toJunit(record);
        expect(XMLValidator.validate(xml)).toBe(true);
        // A parser that goes by the standard refuses what XML 1.0 cannot hold.
        expect(xml).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
        const suites = suitesOf(xml);
        const cases = suites.flatMap(({ testcase }) => testcase ?? []);
        expect(cases).toHaveLength(record.steps.length);
        for (const { tests, testcase } of suites) expect(Number(tests)).toBe(testcase?.length);
      }),
    );
  });
});

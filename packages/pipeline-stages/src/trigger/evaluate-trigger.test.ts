import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryFacts, arbitraryPlainTrigger } from "../../test/arbitrary-triggers.ts";
import { evaluateTrigger, type TriggerFacts } from "./evaluate-trigger.ts";
import type { TriggerExpression } from "./expression.ts";
import { parseTrigger } from "./parse-trigger.ts";

function valueOf(text: string, facts: TriggerFacts): boolean | undefined {
  const parsed = parseTrigger(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return evaluateTrigger(parsed.expression, facts).value;
}

const not = (of: TriggerExpression): TriggerExpression => ({ kind: "not", of });

describe("evaluateTrigger()", () => {
  const facts: TriggerFacts = {
    stages: new Map([
      ["core", { state: "passed", findings: { error: 1, warning: 2, info: 4 } }],
      ["extra", { state: "failed" }],
      ["docs", { state: "not-run" }],
    ]),
    steps: new Map([
      ["unit", "replayed"],
      ["lint", "skipped"],
      ["e2e", "inconclusive"],
      ["tag", "not-run"],
    ]),
    changed: new Set(["docs"]),
    environment: new Map<string, boolean | number | string>([
      ["ci", false],
      ["branch", "main"],
      ["load", 0.5],
      ["broken", Number.NaN],
    ]),
  };

  test.each([
    ['stage("core").passed', true],
    ['stage("core").failed', false],
    ['stage("docs").over and not stage("docs").passed and not stage("docs").failed', true],
    ['stage("later").over', undefined],
    ['step("unit").passed and step("lint").skipped and step("e2e").failed', true],
    ['step("lint").passed', false],
    ['step("tag").failed or step("tag").passed or step("tag").skipped', false],
    ['step("tag").over', true],
    ['step("later").failed', undefined],
    ['findings("core", "error") == 1', true],
    ['findings("core", "warning") == 3', true],
    ['findings("core", "info") >= 7', true],
    ['findings("core", "info") > 7', false],
    ['findings("extra", "error") < 5', undefined],
    ['findings("docs", "error") == 0', true],
    ['changed("docs") and not changed("code")', true],
    ["branch == 'main' and branch != 'next'", true],
    ["load <= 0.5 and load < 1", true],
    ["approved", undefined],
    // Of the wrong type, not a number, or not given: not known.
    ["branch", undefined],
    ["branch > 3", undefined],
    ["ci == 'false'", undefined],
    ["broken < 1", undefined],
    ["broken != 1", undefined],
    ["toString == 'x'", undefined],
  ])("gives %s as %s", (text, value) => {
    expect(valueOf(text, facts)).toBe(value);
  });

  test("decides without what is not known where that does not matter", () => {
    expect(valueOf("unknown and ci", facts)).toBe(false);
    expect(valueOf("unknown or not ci", facts)).toBe(true);
    expect(valueOf("unknown and not ci", facts)).toBeUndefined();
    expect(valueOf("not unknown", facts)).toBeUndefined();
    expect(valueOf("changed('docs')", {})).toBeUndefined();
  });

  test("names the parts that decided, or those it waits for", () => {
    const because = (text: string): readonly string[] => {
      const parsed = parseTrigger(text);
      return parsed.ok ? evaluateTrigger(parsed.expression, facts).because : [];
    };
    expect(because('stage("core").passed and ci')).toEqual(["ci"]);
    expect(because('stage("core").passed and not ci')).toEqual(['stage("core").passed', "ci"]);
    expect(because("x and y and x and not ci")).toEqual(["x", "y"]);
    expect(because('ci or findings("core", "error") > 0')).toEqual(['findings("core", "error") > 0']);
  });

  test("keeps De Morgan's laws, also where facts are unknown", () => {
    fc.assert(
      fc.property(fc.array(arbitraryPlainTrigger, { minLength: 2, maxLength: 4 }), arbitraryFacts, (of, known) => {
        const value = (expression: TriggerExpression): boolean | undefined => evaluateTrigger(expression, known).value;
        expect(value(not({ kind: "and", of }))).toBe(value({ kind: "or", of: of.map(not) }));
        expect(value(not({ kind: "or", of }))).toBe(value({ kind: "and", of: of.map(not) }));
      }),
    );
  });

  test("never changes a decision when more becomes known, and needs no order of operands", () => {
    fc.assert(
      fc.property(arbitraryPlainTrigger, arbitraryFacts, arbitraryFacts, (expression, first, second) => {
        const { value } = evaluateTrigger(expression, first);
        const mirrored = (one: TriggerExpression): TriggerExpression =>
          one.kind === "and" || one.kind === "or" ? { ...one, of: one.of.map(mirrored).reverse() } : one;
        expect(evaluateTrigger(mirrored(expression), first).value).toBe(value);
        if (value === undefined) return;
        const stages = new Map([...(second.stages ?? [])].filter(([id]) => !first.stages?.has(id)));
        const more: TriggerFacts = {
          stages: new Map([...stages, ...(first.stages ?? [])]),
          steps: new Map([...(second.steps ?? []), ...(first.steps ?? [])]),
          changed: first.changed ?? second.changed,
          environment: new Map([...(second.environment ?? []), ...(first.environment ?? [])]),
          approved: first.approved ?? second.approved,
        };
        expect(evaluateTrigger(expression, more).value).toBe(value);
      }),
      { numRuns: 500 },
    );
  });
});

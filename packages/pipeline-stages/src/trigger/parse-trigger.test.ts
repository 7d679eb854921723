import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateTrigger } from "./evaluate-trigger.ts";
import { MAX_TRIGGER_DEPTH, MAX_TRIGGER_LENGTH, parseTrigger, type KnownNames } from "./parse-trigger.ts";
import type { TriggerProblem } from "./trigger-problem.ts";

function problemOf(text: string, known?: KnownNames): TriggerProblem {
  const parsed = parseTrigger(text, known);
  if (parsed.ok) throw new Error(`${text} was read`);
  return parsed.problem;
}

describe("parseTrigger()", () => {
  test("reads every part of the language", () => {
    expect(parseTrigger(`stage("core").passed and (changed('docs') or not ci)`)).toEqual({
      ok: true,
      expression: {
        kind: "and",
        of: [
          { kind: "stage", id: "core", is: "passed" },
          {
            kind: "or",
            of: [
              { kind: "changed", category: "docs" },
              { kind: "not", of: { kind: "fact", name: "ci" } },
            ],
          },
        ],
      },
    });
    expect(parseTrigger('findings("core", "warning") < 5')).toMatchObject({
      expression: {
        kind: "compare",
        operator: "<",
        left: { kind: "findings", stage: "core", severity: "warning" },
        right: { kind: "literal", value: 5 },
      },
    });
    for (const text of [
      "approved",
      "true",
      'step("unit").skipped',
      "branch == 'main'",
      "(ci) == true",
      "-1.5e2<=load",
      "not not ci",
      "  \n ci\t",
      'not findings("a","error")>0',
    ]) {
      expect(parseTrigger(text)).toMatchObject({ ok: true });
    }
  });

  test("binds a comparison stronger than `not`, `not` stronger than `and`, and `and` stronger than `or`", () => {
    const words = fc.constantFrom("a", "b", "c");
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        words,
        fc.tuple(words, fc.constantFrom("==", "!="), words).map((parts) => parts.join(" ")),
        tie("node").map((inner) => `(${inner})`),
        // The operand of this `not` is a word or a pair of parentheses: elsewhere `!` binds stronger than `==`.
        fc
          .oneof(
            words,
            tie("node").map((inner) => `(${inner})`),
          )
          .map((inner) => `not ${inner} `),
        fc.tuple(tie("node"), fc.constantFrom("and", "or"), tie("node")).map((parts) => parts.join(" ")),
      ),
    }));
    fc.assert(
      fc.property(node, fc.boolean(), fc.boolean(), fc.boolean(), (text, a, b, c) => {
        fc.pre(!/not \w+ +[!=]=/.test(text));
        const parsed = parseTrigger(text);
        if (!parsed.ok) throw new Error(parsed.problem.message);
        const environment = new Map(Object.entries({ a, b, c }));
        const script = text.replaceAll("and", "&&").replaceAll("or", "||").replaceAll("not", "!");
        expect(evaluateTrigger(parsed.expression, { environment }).value).toBe(runInNewContext(script, { a, b, c }));
      }),
      { numRuns: 500 },
    );
    // What the predecessor of this engine got wrong.
    const or = parseTrigger("a or b");
    const environment = new Map([
      ["a", true],
      ["b", false],
    ]);
    expect(or.ok && evaluateTrigger(or.expression, { environment }).value).toBe(true);
  });

  test.each([
    ["", 0, "", "ends too early at the end", '"not"', undefined],
    ["ci and", 6, "", "ends too early at the end", '"stage(...)"', undefined],
    ["ci && x", 3, "&&", 'Unexpected "&&" at character 4', '"and"', "and"],
    ["!ci", 0, "!", 'Unexpected "!" at character 1', '"not"', "not"],
    ["load = 3", 5, "=", 'Unexpected "="', "a comparison", "=="],
    ["ci AND x", 3, "AND", 'Unexpected "AND"', '"and"', "and"],
    ["(ci or x", 8, "", "ends too early", '")"', undefined],
    ["ci)", 2, ")", 'Unexpected ")"', "the end", undefined],
    ["stage(core).passed", 6, "core", 'Unexpected "core"', "a text in quotes", undefined],
    ['stage("core").pased', 14, "pased", 'Unexpected "pased"', '"passed"', "passed"],
    ['stage("core")', 13, "", "ends too early", '"."', undefined],
    ['findings("core", "warn") < 1', 17, '"warn"', "Unknown severity", '"warning"', undefined],
    ["1 < 2 < 3", 6, "<", "Comparisons cannot be chained", '"and"', undefined],
    ['stage("x', 6, '"x', 'Malformed or unclosed text "x at character 7', "a text in quotes", undefined],
    ["ci ; rm", 3, ";", 'Unexpected ";"', "the end", undefined],
    ["ci and Not x", 7, "Not", 'Unexpected "Not"', '"not"', "not"],
    ["branch matches x", 15, "x", 'Unexpected "x"', "a text in quotes", undefined],
    ["ci and matches 'x'", 7, "matches", 'Unexpected "matches"', "a fact", undefined],
    ["branch match 'x'", 7, "match", 'Unexpected "match"', "a comparison", "matches"],
    ["\u202eci", 0, "\u202e", 'Unexpected "?"', "a fact", undefined],
    ["1e999 < 2", 0, "1e999", 'Unexpected "1e999"', "a number", undefined],
  ])("says of %j where it goes wrong and what is expected", (text, offset, found, message, expected, suggestion) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ offset, found });
    expect(problem.message).toContain(message);
    expect(problem.expected).toContain(expected);
    expect(problem.suggestion).toBe(suggestion);
    if (suggestion !== undefined) expect(problem.message).toContain(`did you mean ${suggestion}?`);
  });

  test.each([
    ["env('HOME') == '/'", "Environment variables cannot be read by a trigger at character 1"],
    ["1 matches '*'", "A number where a text is needed at character 1"],
    ["5", "A number where true or false is needed at character 1"],
    ['findings("a", "error") and ci', "A number where true or false is needed at character 1"],
    ["not 'x'", "A text where true or false is needed at character 5"],
    ["ci < 'x'", "A text where a number is needed at character 6"],
    ["approved > 1", "True or false where a number is needed at character 1"],
    ["changed('a') == 'b'", "A text where true or false is needed at character 17"],
    ["stages('a').passed", 'There is no function "stages" at character 1; did you mean stage?'],
    [
      "ci and manual",
      '"manual" is a trigger of its own and not part of an expression at character 8; did you mean approved?',
    ],
  ])("says of %j what kind of value or name is wrong", (text, message) => {
    expect(problemOf(text)).toMatchObject({ message, expected: [] });
  });

  test("checks names where they are known, and suggests what was meant", () => {
    const known = { stages: ["core"], steps: ["unit"], categories: ["docs"], facts: ["ci"] };
    expect(parseTrigger('stage("core").over and step("unit").over and changed("docs") and ci', known).ok).toBe(true);
    expect(problemOf('stage("croe").passed', known)).toMatchObject({ offset: 6, suggestion: "core" });
    expect(problemOf('findings("cor", "info") > 0', known)).toMatchObject({ offset: 9, suggestion: "core" });
    expect(problemOf('step("units").over', known)).toMatchObject({ offset: 5, suggestion: "unit" });
    expect(problemOf('changed("doc")', known)).toMatchObject({ offset: 8, suggestion: "docs" });
    expect(problemOf("not c1", known)).toMatchObject({ offset: 4, suggestion: "ci" });
    expect(problemOf("toString", known).suggestion).toBeUndefined();
    function* once(): Generator<string> {
      yield* ["core", "docs"];
    }
    expect(parseTrigger('stage("core").over or stage("docs").over', { stages: once() }).ok).toBe(true);
    expect(problemOf('changed("something else")', known).suggestion).toBeUndefined();
  });

  test("bounds length and depth, but not the number of operands", () => {
    const nested = (levels: number): string => `${"(".repeat(levels)}ci${")".repeat(levels)}`;
    expect(parseTrigger(nested(MAX_TRIGGER_DEPTH)).ok).toBe(true);
    expect(problemOf(nested(MAX_TRIGGER_DEPTH + 1)).message).toContain("More than 64 levels");
    expect(problemOf(`${"not ".repeat(MAX_TRIGGER_DEPTH + 1)}ci`).message).toContain("More than 64 levels");
    expect(problemOf("(".repeat(MAX_TRIGGER_LENGTH)).message).toContain("More than 64 levels");
    expect(problemOf(" ".repeat(MAX_TRIGGER_LENGTH + 1)).message).toContain("at most 4096 characters");
    expect(parseTrigger(Array.from({ length: 500 }, () => "ci").join(" and ")).ok).toBe(true);
  });

  test("never throws, and points into the text, whatever the text is", () => {
    const pieces = fc.constantFrom(
      ..."( ) . , < <= == ! & | = and or not true approved manual stage step changed findings passed 5 -1 1e9 ' \" \\".split(
        " ",
      ),
      '"core"',
      "ci",
      "constructor",
      "\n",
      "\u0000",
      "𝒳",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(" ")),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseTrigger(given, { stages: ["core"], facts: ["ci", "__proto__"] });
        if (parsed.ok) return;
        const { offset, found, message } = parsed.problem;
        expect(given.slice(offset, offset + found.length)).toBe(found);
        expect(message).not.toMatch(/\p{Cc}/u);
        expect(message.length).toBeLessThan(500);
      }),
      { numRuns: 2000 },
    );
  });
});

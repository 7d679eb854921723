import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryTrigger } from "../../test/arbitrary-triggers.ts";
import { parseTrigger } from "./parse-trigger.ts";
import { printTrigger } from "./print-trigger.ts";

describe("printTrigger()", () => {
  test("writes what parses to an equal expression", () => {
    fc.assert(
      fc.property(arbitraryTrigger(), (expression) => {
        const text = printTrigger(expression);
        fc.pre(text.length <= 4096);
        expect(parseTrigger(text)).toEqual({ ok: true, expression });
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["((a)) and (b and c) or (not (d))", "a and (b and c) or not d"],
    ["not (a or b)", "not (a or b)"],
    ["not (a == b)", "not a == b"],
    ["(not a) == b", "(not a) == b"],
    ["findings('x','info')<=3", 'findings("x", "info") <= 3'],
  ])("prints %j with no more parentheses than needed", (text, printed) => {
    const parsed = parseTrigger(text);
    expect(parsed.ok && printTrigger(parsed.expression)).toBe(printed);
  });
});

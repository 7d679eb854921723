import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalise } from "./normalise.ts";
import { parseConfig } from "./parse-config.ts";
import { findCycleThroughUnits } from "./unit-problems.ts";
import type { Step } from "./workflow.ts";

/** The messages of what is wrong with the steps. */
function problemsOf(steps: string): readonly string[] {
  const parsed = parseConfig(`steps:\n${steps}`, "f.yaml", "name");
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

test.each([
  ["a need on the units before", '  build: { run: x, for_each: unit, needs: ["^build"], uses: ["^build"] }'],
  [
    "globs of other units and of the root",
    '  a: { run: x, for_each: unit, inputs: ["^src/", "!^src/x", "/x", "!/y"] }',
  ],
  ["trigger paths of other units", '  a: { run: x, for_each: unit, when: { paths: ["^src/", "/x"] } }'],
  ["a step behind all units", "  a: { run: x, for_each: unit }\n  b: { run: x, needs: [a] }"],
  [
    "two steps that need each other's units",
    '  a: { run: x, for_each: unit, needs: ["^b"] }\n  b: { run: x, for_each: unit, needs: [a] }',
  ],
])("%s: fine", (_, steps) => {
  expect(problemsOf(steps)).toEqual([]);
});

describe("what makes no sense", () => {
  test.each([
    [
      '  a: { run: x, needs: ["^b"] }\n  b: { run: x, for_each: unit }',
      '"^b" means `b` of the units that a unit needs, but "a" has no `for_each: unit`',
    ],
    [
      '  a: { run: x, for_each: unit, uses: ["^b"] }\n  b: { run: x }',
      '"^b" means `b` of the units that a unit needs, but "b" has no `for_each: unit`',
    ],
    [
      '  a: { run: x, for_each: unit, needs: ["^bulid"] }\n  build: { run: x }',
      'unknown step "bulid"; did you mean "build"?',
    ],
    ['  a: { run: x, units: ["b"] }', "`steps.a.units` has no effect without `for_each: unit`"],
    ['  a: { run: x, inputs: ["b", "/c"] }', "`steps.a.inputs.1` must be relative to the configuration"],
    ['  a: { run: x, when: { paths: ["!/c"] } }', "`steps.a.when.paths.0` must be relative to the configuration"],
    [
      '  a: { run: x, inputs: ["^src/"] }',
      "`steps.a.inputs.0` begins with `^`, which has a meaning only with `for_each: unit`",
    ],
    [
      '  a: { run: x, for_each: unit, outputs: ["^dist/"] }',
      "`steps.a.outputs.0` must not begin with `^`: it belongs to other units",
    ],
    [
      '  a: { run: x, for_each: unit, inputs: ["^../x"] }',
      "`steps.a.inputs.0` must not lead out of the configuration's folder",
    ],
    ['  a: { run: x, for_each: unit, inputs: ["^"] }', "`steps.a.inputs.0` must name something"],
    ["  a: { run: x, for_each: units }", '`steps.a.for_each` must be one of "unit", got "units"; did you mean "unit"?'],
    [
      '  a: { run: x, for_each: unit, needs: ["^^a"] }',
      "`steps.a.needs.0` must start with a letter or digit and hold only letters, digits, `_ . : -`",
    ],
  ])("%s", (steps, message) => {
    expect(problemsOf(steps)).toEqual([message]);
  });

  test("a circle within one unit is one, and so is one of units that a step without units closes", () => {
    expect(
      problemsOf("  a: { run: x, for_each: unit, needs: [b] }\n  b: { run: x, for_each: unit, needs: [a] }"),
    ).toEqual([expect.stringMatching(/^steps need each other in a circle: /)]);
    const through =
      '  a: { run: x, needs: [b] }\n  b: { run: x, for_each: unit, needs: ["^c"] }\n  c: { run: x, for_each: unit, needs: [a] }';
    expect(problemsOf(through)).toEqual(["steps need each other in a circle: a -> b -> c -> a"]);
  });

  test("a unit of an earlier stage cannot wait for one of a later stage", () => {
    const parsed = parseConfig(
      `stages: [{ id: one }, { id: two }]
steps:
  a: { run: x, for_each: unit, stage: one, needs: ["^b"] }
  b: { run: x, for_each: unit, stage: two }
`,
      "f.yaml",
      "name",
    );
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      'stage "one" comes before stage "two" of the needed step "b"',
    ]);
  });

  test("a circle is found in any graph that has one through a step without units", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const some = fc.tuple(fc.boolean(), fc.subarray(ids), fc.subarray(ids));
    fc.assert(
      fc.property(fc.array(some, { minLength: ids.length, maxLength: ids.length }), (all) => {
        const config = ids.map((id, index) => {
          const [unit, own, others] = all[index] ?? [false, [], []];
          // A step without units names no other units.
          const needs = [...own.filter((need) => need < id), ...(unit ? others.map((need) => `^${need}`) : [])];
          return [id, { run: "x", needs, ...(unit ? { for_each: "unit" as const } : {}) }] as const;
        });
        const { steps } = normalise({ steps: Object.fromEntries(config) }, "n").workflow;
        const next = (id: string): readonly string[] =>
          (steps.get(id)?.needs ?? []).map((need) => need.replace("^", ""));
        const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
          next(from).some((need) => need === to || (!seen.has(need) && reaches(need, to, seen.add(need))));
        const circular = ids.some((id) => steps.get(id)?.forEach === undefined && reaches(id, id));
        const found = findCycleThroughUnits(steps);
        expect(found !== undefined).toBe(circular);
        for (const [index, id] of (found ?? []).slice(0, -1).entries()) expect(next(id)).toContain(found?.[index + 1]);
      }),
    );
  });

  test("of ten times as many steps no more than ten times as many are looked at", () => {
    class Counting extends Map<string, Step> {
      looks = 0;
      override get(id: string): Step | undefined {
        this.looks++;
        return super.get(id);
      }
    }
    const looksAt = (count: number): number => {
      const config = Array.from({ length: count }, (_, index) => [
        `s${index}`,
        { run: "x", needs: index === 0 ? [] : [`s${index - 1}`] },
      ]);
      const steps = new Counting(normalise({ steps: Object.fromEntries(config) }, "n").workflow.steps);
      expect(findCycleThroughUnits(steps)).toBeUndefined();
      return steps.looks;
    };
    expect(looksAt(1_000)).toBeLessThanOrEqual(10 * Math.max(100, looksAt(100)));
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chooseByStages, type StagedBudgetStep } from "./choose-by-stages.ts";

const step = (id: string, stage: number | undefined, rest: Partial<StagedBudgetStep> = {}): StagedBudgetStep => ({
  id,
  needs: [],
  expectedMs: 10,
  failureProbability: 0.1,
  stage,
  isGated: stage !== undefined && stage > 0,
  ...rest,
});

/** One at a time. */
const inTurn =
  (steps: readonly StagedBudgetStep[]) =>
  (ids: ReadonlySet<string>): number =>
    steps.reduce((sum, { id, expectedMs }) => sum + (ids.has(id) ? expectedMs : 0), 0);

const left = (steps: readonly StagedBudgetStep[], budgetMs: number): readonly string[] => [
  ...chooseByStages(steps, budgetMs, inTurn(steps)),
];

test("what waits for a gate is left out with any step before that gate, however well it would fit", () => {
  const steps = [step("slow", 0, { expectedMs: 90 }), step("quick", 0), step("publish", 1), step("free", undefined)];
  expect(left(steps, 50)).toEqual(["slow", "publish"]);
  expect(left(steps, 115)).toEqual(["publish"]);
  expect(left(steps, 120)).toEqual([]);
});

test("a stage that runs whatever the gates said needs no complete stage before it", () => {
  const steps = [step("slow", 0, { expectedMs: 90 }), step("tell", 1, { isGated: false }), step("publish", 2)];
  expect(left(steps, 50)).toEqual(["slow", "publish"]);
});

test("what needs a step that waits for a gate waits with it, also where it has no stage itself", () => {
  const steps = [
    step("slow", 0, { expectedMs: 90 }),
    step("build", 1),
    step("deploy", undefined, { needs: ["build"] }),
    step("after", undefined, { needs: ["slow"] }),
  ];
  expect(left(steps, 50)).toEqual(["slow", "build", "deploy", "after"]);
});

test("it fits, nothing is chosen without what it needs, and no gate is passed that is not complete", () => {
  const arbitrary = fc
    .array(
      fc.record({
        stage: fc.option(fc.nat(3), { nil: undefined }),
        isGated: fc.boolean(),
        expectedMs: fc.integer({ min: 1, max: 50 }),
        failureProbability: fc.double({ min: 0, max: 1, noNaN: true }),
        needs: fc.array(fc.nat(), { maxLength: 2 }),
      }),
      { maxLength: 12 },
    )
    .map((list) => {
      // A step that needs one behind a gate which waits for that step would be a circle.
      const levels: number[] = [];
      return list.map((one, index) => {
        const isGated = one.isGated && one.stage !== undefined;
        const { stage = Infinity } = one;
        const needs = index === 0 ? [] : one.needs.map((need) => need % index);
        const possible = needs.filter((need) => (levels[need] ?? 0) <= stage);
        levels.push(Math.max(isGated ? stage : 0, ...possible.map((need) => levels[need] ?? 0)));
        return { ...one, id: `s${index}`, isGated, needs: possible.map((need) => `s${need}`) };
      });
    });
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 1, max: 400 }), (steps, budgetMs) => {
      const out = chooseByStages(steps, budgetMs, inTurn(steps));
      const chosen = steps.filter(({ id }) => !out.has(id));
      expect(inTurn(steps)(new Set(chosen.map(({ id }) => id)))).toBeLessThanOrEqual(budgetMs);
      for (const { needs, isGated, stage = 0 } of chosen) {
        expect(needs.filter((id) => out.has(id))).toEqual([]);
        const before = steps.filter((other) => other.stage !== undefined && other.stage < stage);
        if (isGated) expect(before.filter(({ id }) => out.has(id))).toEqual([]);
      }
      if (inTurn(steps)(new Set(steps.map(({ id }) => id))) <= budgetMs) expect(out.size).toBe(0);
    }),
  );
});

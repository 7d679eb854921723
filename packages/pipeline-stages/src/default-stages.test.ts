import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitrarySteps } from "../test/orders.ts";
import { defaultStages, type StageableStep } from "./default-stages.ts";
import { defineStages } from "./define-stages.ts";

const stagesOf = (steps: readonly StageableStep[]): Record<string, readonly string[]> =>
  Object.fromEntries(defaultStages(steps).stages.map((stage) => [stage.id, stage.steps]));

describe("defaultStages()", () => {
  test("puts what fails often for its time into core, and what releases behind a person", () => {
    const { stages, because } = defaultStages([
      { id: "publish", releases: true, needs: ["e2e"] },
      { id: "announce", needs: ["publish"], predictedMs: 10 },
      { id: "e2e", predictedMs: 300_000, failureProbability: 0.05 },
      { id: "lint", predictedMs: 3000, failureProbability: 0.1 },
      { id: "unit", predictedMs: 20_000, failureProbability: 0.2 },
    ]);
    expect(stages).toEqual([
      { id: "core", steps: ["lint", "unit"] },
      { id: "extended", steps: ["e2e"] },
      { id: "finalisation", steps: ["publish", "announce"], trigger: "manual" },
    ]);
    expect(Object.fromEntries(because)).toEqual({
      publish: "it releases",
      announce: 'it needs "publish", which is in finalisation',
      e2e: "it is number 3 of 3 by failures per time, and expected time is least if the rest waits for the first 2",
      lint: "it is number 1 of 3 by failures per time, and expected time is least if the rest waits for the first 2",
      unit: "it is number 2 of 3 by failures per time, and expected time is least if the rest waits for the first 2",
    });
  });

  test("keeps a step that writes with those that need it, and puts it last where none does", () => {
    expect(
      stagesOf([
        { id: "generate", writes: true, failureProbability: 0 },
        { id: "unit", needs: ["generate"], failureProbability: 0 },
        { id: "changelog", writes: true },
        { id: "version", writes: true, needs: ["changelog"] },
        { id: "tag", releases: true, needs: ["version"] },
      ]),
    ).toEqual({ core: ["generate", "unit"], finalisation: ["changelog", "version", "tag"] });
  });

  test("makes no second stage where that would save nothing, and none without steps", () => {
    expect(
      stagesOf([
        { id: "a", failureProbability: 0 },
        { id: "b", failureProbability: 0 },
      ]),
    ).toEqual({ core: ["a", "b"] });
    expect(stagesOf([{ id: "a" }])).toEqual({ core: ["a"] });
    expect(stagesOf([{ id: "a", releases: true }])).toEqual({ finalisation: ["a"] });
    expect(defaultStages([])).toEqual({ stages: [], because: new Map() });
  });

  test("takes equal steps for equal, and a step without a prediction for a usual one", () => {
    expect(stagesOf([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }])).toEqual({
      core: ["a", "b"],
      extended: ["c", "d"],
    });
    const { core = [] } = stagesOf([
      { id: "slow", predictedMs: 9e6 },
      { id: "x" },
      { id: "quick", predictedMs: 10 },
      { id: "y", predictedMs: 500 },
    ]);
    expect(core.indexOf("quick")).toBeLessThan(core.indexOf("x"));
    expect(core).not.toContain("slow");
  });

  test("gives stages that defineStages takes, with each step once and reasoned, none before what it needs, nor a release validated", () => {
    const flags = fc.array(fc.record({ writes: fc.boolean(), releases: fc.integer({ min: 0, max: 5 }) }), {
      minLength: 10,
      maxLength: 10,
    });
    fc.assert(
      fc.property(arbitrarySteps(10, 20), flags, (drafts, draws) => {
        const steps: StageableStep[] = drafts.map((step, index) => ({
          ...step,
          writes: draws[index]?.writes,
          releases: draws[index]?.releases === 0,
        }));
        const { stages, because } = defaultStages(steps);
        const defined = defineStages(
          stages,
          steps.map(({ id }) => id),
        );
        expect(defined.unstaged).toEqual([]);
        const placeOf = new Map(stages.flatMap(({ steps: ids }, place) => ids.map((id) => [id, place])));
        for (const { id, needs = [], releases } of steps) {
          expect(because.get(id)).toBeDefined();
          for (const need of needs) expect(placeOf.get(need)).toBeLessThanOrEqual(placeOf.get(id) ?? -1);
          if (releases === true) expect(defined.stageOfStep.get(id)?.trigger).toBe("manual");
        }
      }),
    );
  });

  test("cuts where the expected work is least", () => {
    fc.assert(
      fc.property(arbitrarySteps(8, 20), (steps) => {
        const { core = [], extended = [] } = stagesOf(steps);
        const order = [...core, ...extended].flatMap((id) => steps.find((step) => step.id === id) ?? []);
        const work = (part: typeof order): number => part.reduce((sum, { predictedMs }) => sum + predictedMs, 0);
        const expected = (cut: number): number => {
          const first = order.slice(0, cut);
          const passes = first.reduce((product, { failureProbability }) => product * (1 - failureProbability), 1);
          return work(first) + passes * work(order.slice(cut));
        };
        const least = Math.min(...order.map((_, index) => expected(index + 1)), work(order));
        expect(expected(core.length)).toBeCloseTo(least, 3);
      }),
    );
  });
});

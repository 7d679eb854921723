import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultStages, type StepTraits } from "./default-stages.ts";
import { defineStages } from "./define-stages.ts";

const stepsOf = (steps: readonly StepTraits[]): Record<string, readonly string[]> =>
  Object.fromEntries(defaultStages(steps).stages.map((stage) => [stage.id, stage.steps]));

describe("defaultStages()", () => {
  test("puts what fails often per second into core, what writes into a manual finalisation, and the rest between", () => {
    const { stages, because } = defaultStages([
      { id: "e2e", needs: ["build"], failureProbability: 0.1, expectedMs: 300_000 },
      { id: "tag", needs: ["e2e"], writes: true },
      { id: "build", failureProbability: 0.01, expectedMs: 20_000 },
      { id: "lint", failureProbability: 0.1, expectedMs: 4000 },
      { id: "unit", failureProbability: 0.2, expectedMs: 20_000 },
      { id: "announce", needs: ["tag"] },
    ]);
    expect(stages).toEqual([
      { id: "core", steps: ["lint", "unit"] },
      { id: "extended", steps: ["e2e", "build"] },
      { id: "finalisation", steps: ["tag", "announce"], trigger: "manual" },
    ]);
    expect([...because]).toEqual([
      ["e2e", '"e2e" with what it needs fails 0.00034 times a second, less than 0.0012 of all that do not write'],
      ["tag", '"tag" changes the repository or publishes'],
      ["build", '"build" fails 0.00050 times a second, less than 0.0012 of all that do not write'],
      ["lint", '"lint" fails 0.025 times a second, which is at least the 0.0012 of all steps that do not write'],
      ["unit", '"unit" fails 0.010 times a second, which is at least the 0.0012 of all steps that do not write'],
      ["announce", '"announce" needs "tag", which is not before finalisation'],
    ]);
  });

  test("takes what a core step needs into core, although it never fails", () => {
    const steps = [
      { id: "install", failureProbability: 0, expectedMs: 5000 },
      { id: "unit", needs: ["install"], failureProbability: 0.5, expectedMs: 5000 },
      { id: "e2e", failureProbability: 0.1, expectedMs: 600_000 },
    ];
    expect(stepsOf(steps)).toEqual({ core: ["install", "unit"], extended: ["e2e"] });
    expect(defaultStages(steps).because.get("install")).toBe('"unit" is in core and needs "install"');
  });

  test("does not let a slow step into core because of a quick one that it needs", () => {
    const steps = [
      { id: "e2e", needs: ["lint"], failureProbability: 0.05, expectedMs: 60_000 },
      { id: "lint", failureProbability: 0.9, expectedMs: 1000 },
      { id: "audit", failureProbability: 0.05, expectedMs: 120_000 },
    ];
    expect(stepsOf(steps)).toEqual({ core: ["lint"], extended: ["e2e", "audit"] });
  });

  test("starts with the best step where a shared need keeps every step below the whole", () => {
    const steps = [
      { id: "build", failureProbability: 0, expectedMs: 100_000 },
      { id: "unit", needs: ["build"], failureProbability: 0.5, expectedMs: 1000 },
      { id: "types", needs: ["build"], failureProbability: 0.4, expectedMs: 1000 },
    ];
    // Once "build" is in core because of "unit", "types" costs little more.
    expect(stepsOf(steps)).toEqual({ core: ["build", "unit", "types"] });
    expect(defaultStages(steps).because.get("unit")).toContain("the best there is to start with");
  });

  test("makes everything that does not write core while nothing is known", () => {
    const ids = Array.from({ length: 30 }, (_, index) => `s${index}`);
    const steps = ids.map((id, index) => ({ id, needs: index % 3 === 0 ? [] : [`s${index - 1}`] }));
    expect(stepsOf(steps)).toEqual({ core: ids });
  });

  test("makes no empty stage", () => {
    expect(defaultStages([])).toEqual({ stages: [], because: new Map() });
    expect(stepsOf([{ id: "tag", writes: true }])).toEqual({ finalisation: ["tag"] });
  });

  test("keeps steps together that need each other in a circle", () => {
    const steps = [
      { id: "a", needs: ["b"], failureProbability: 1, expectedMs: 1 },
      { id: "b", needs: ["a"], failureProbability: 0, expectedMs: 1 },
      { id: "c", needs: ["c"], failureProbability: 0, expectedMs: 1000 },
    ];
    expect(stepsOf(steps)).toEqual({ core: ["a", "b"], extended: ["c"] });
    expect(stepsOf([...steps, { id: "d", needs: ["d", "a"], writes: true }])).toMatchObject({ finalisation: ["d"] });
  });

  test.each<[StepTraits[], string]>([
    [[{ id: "a" }, { id: "a" }], 'two steps have the id "a"'],
    [[{ id: "a", needs: ["b"] }], 'step "a" needs "b", which is not among the steps'],
    [[{ id: "a", failureProbability: 1.5 }], '`failureProbability` of step "a" must be between 0 and 1, got 1.5'],
    [[{ id: "a", failureProbability: NaN }], '`failureProbability` of step "a" must be between 0 and 1, got NaN'],
    [[{ id: "a", expectedMs: -1 }], '`expectedMs` of step "a" must be between 0 and 2^53 - 1, got -1'],
    [[{ id: "a", expectedMs: Infinity }], '`expectedMs` of step "a" must be between 0 and 2^53 - 1, got Infinity'],
  ])("refuses %j", (steps, problem) => {
    expect(() => defaultStages(steps)).toThrow(new RangeError(`Cannot choose stages: ${problem}`));
  });

  const arbitrarySteps: fc.Arbitrary<readonly StepTraits[]> = fc
    .array(
      fc.record({
        needs: fc.array(fc.nat(11), { maxLength: 4 }),
        writes: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.boolean() }),
        failureProbability: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
        expectedMs: fc.option(fc.nat(1_000_000), { nil: undefined }),
      }),
      { maxLength: 12 },
    )
    .map((drafts) =>
      drafts.map(({ needs, ...traits }, index) => ({
        id: `s${index}`,
        // Also forwards, so also circles.
        needs: needs.filter((need) => need < drafts.length).map((need) => `s${need}`),
        ...traits,
      })),
    );

  test("assigns every step of any workflow once, never before what it needs, and only what writes or is behind it waits", () => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const { stages, because } = defaultStages(steps);
        const order = ["core", "extended", "finalisation"];
        const rank = new Map(
          stages.flatMap((stage) => stage.steps.map((id) => [id, order.indexOf(stage.id)] as const)),
        );
        const ids = steps.map(({ id }) => id);
        // Refuses empty stages, unknown steps and steps that are in two.
        expect(defineStages(stages, ids).unstaged).toEqual([]);
        for (const { id, needs = [], writes } of steps) {
          expect(because.get(id)).toContain(`"${id}"`);
          for (const need of needs) expect(rank.get(need)).toBeLessThanOrEqual(rank.get(id) ?? -1);
          if (writes === true) expect(rank.get(id)).toBe(2);
          else if (rank.get(id) === 2) expect(needs.some((need) => rank.get(need) === 2)).toBe(true);
        }
        if (stages.some(({ id }) => id === "extended")) expect(stages[0]?.id).toBe("core");
        expect(stages.map(({ trigger }) => trigger)).toEqual(
          stages.map(({ id }) => (id === "finalisation" ? "manual" : undefined)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("gives a core that fails at least as often per second as the steps after it, where nothing needs anything", () => {
    fc.assert(
      fc.property(arbitrarySteps, (drafts) => {
        const steps = drafts.map(({ id, failureProbability = 0.5, expectedMs = 100 }) => ({
          id,
          failureProbability,
          expectedMs: expectedMs + 1,
        }));
        const { stages } = defaultStages(steps);
        const rates = (stage: string): number[] =>
          steps
            .filter(({ id }) => stages.some((one) => one.id === stage && one.steps.includes(id)))
            .map(({ failureProbability, expectedMs }) => failureProbability / expectedMs);
        const slowest = Math.min(...rates("core"));
        for (const rate of rates("extended")) expect(rate).toBeLessThanOrEqual(slowest);
      }),
    );
  });

  test("decides alike whatever the order of the steps, where no two are equal", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 10 }),
        fc.infiniteStream(fc.nat()),
        (rates, keys) => {
          const steps = rates.map((rate) => ({ id: `s${rate}`, failureProbability: rate / 1000, expectedMs: 1000 }));
          const shuffled = steps
            .map((step) => ({ step, key: keys.next().value }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ step }) => step);
          const sorted = (all: readonly StepTraits[]): string[][] =>
            defaultStages(all).stages.map((stage) => [...stage.steps].toSorted());
          expect(sorted(shuffled)).toEqual(sorted(steps));
        },
      ),
    );
  });
});

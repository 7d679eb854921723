import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitrarySteps, listSchedule, probabilitiesOf } from "../../test/orders.ts";
import { compareObjectives, expectedTimeToFirstFailure } from "./expected-time-to-first-failure.ts";

describe("expectedTimeToFirstFailure()", () => {
  test("weighs the end of each step by the probability that it is the first to fail", () => {
    const schedule = [
      { id: "b", finishMs: 300 },
      { id: "a", finishMs: 100 },
      { id: "never", finishMs: 1000 },
    ];
    const probabilities = new Map([
      ["a", 0.5],
      ["b", 0.5],
    ]);
    expect(expectedTimeToFirstFailure(schedule, probabilities)).toEqual({
      failureProbability: 0.75,
      expectedMs: (0.5 * 100 + 0.25 * 300) / 0.75,
      expectedVerdictMs: 0.5 * 100 + 0.25 * 300 + 0.25 * 1000,
      makespanMs: 1000,
    });
  });

  test("has no expectation where nothing can fail", () => {
    expect(expectedTimeToFirstFailure([{ id: "a", finishMs: 7 }], new Map())).toEqual({
      failureProbability: 0,
      expectedMs: undefined,
      expectedVerdictMs: 7,
      makespanMs: 7,
    });
    expect(expectedTimeToFirstFailure([], new Map())).toMatchObject({ makespanMs: 0, expectedVerdictMs: 0 });
  });

  test("is the mean over all combinations of steps that fail", () => {
    fc.assert(
      fc.property(arbitrarySteps(6, 20), fc.integer({ min: 1, max: 3 }), (steps, slots) => {
        const probabilities = probabilitiesOf(steps);
        const schedule = listSchedule(
          steps,
          steps.map(({ id }) => id),
          slots,
        );
        let probabilityOfFailure = 0;
        let weighted = 0;
        for (let set = 1; set < 2 ** schedule.length; set++) {
          const fails = (place: number): boolean => (set & (1 << place)) !== 0;
          const probability = schedule.reduce((product, { id }, place) => {
            const p = probabilities.get(id) ?? 0;
            return product * (fails(place) ? p : 1 - p);
          }, 1);
          probabilityOfFailure += probability;
          weighted +=
            probability * Math.min(...schedule.filter((_, place) => fails(place)).map(({ finishMs }) => finishMs));
        }
        const found = expectedTimeToFirstFailure(schedule, probabilities);
        expect(found.failureProbability).toBeCloseTo(probabilityOfFailure, 9);
        if (found.expectedMs !== undefined) expect(found.expectedMs).toBeCloseTo(weighted / probabilityOfFailure, 6);
        expect(found.expectedVerdictMs).toBeCloseTo(weighted + (1 - probabilityOfFailure) * found.makespanMs, 6);
      }),
    );
  });

  test("refuses times and probabilities that are none", () => {
    const at = (finishMs: number, probability: number) => () =>
      expectedTimeToFirstFailure([{ id: "a", finishMs }], new Map([["a", probability]]));
    for (const [finishMs, probability] of [
      [-1, 0],
      [Number.NaN, 0],
      [1, 1.5],
      [1, Number.NaN],
    ] as const) {
      expect(at(finishMs, probability)).toThrow(RangeError);
    }
  });
});

describe("compareObjectives()", () => {
  test("says how much earlier a failure is known, and what that costs a run without one", () => {
    const probabilities = new Map([["lint", 0.5]]);
    const comparison = compareObjectives(
      {
        makespan: [
          { id: "e2e", finishMs: 900 },
          { id: "lint", finishMs: 1000 },
        ],
        firstFailure: [
          { id: "lint", finishMs: 100 },
          { id: "e2e", finishMs: 1050 },
        ],
      },
      probabilities,
    );
    expect(comparison).toMatchObject({ earlierMs: 900, longerMs: 50, firstFailure: { expectedMs: 100 } });
    expect(compareObjectives({ makespan: [], firstFailure: [] }, probabilities)).toMatchObject({
      earlierMs: undefined,
      longerMs: 0,
    });
  });
});

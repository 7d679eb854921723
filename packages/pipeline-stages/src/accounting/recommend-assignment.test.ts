import { describe, expect, test } from "vitest";
import { simulateHistory, type SimulatedStep } from "../../test/simulate-history.ts";
import { recommendAssignment, type AssignableStage, type RecommendAssignmentOptions } from "./recommend-assignment.ts";

const lint: SimulatedStep = { id: "lint", failureProbability: 0.3, seconds: 5 };
const unit: SimulatedStep = { id: "unit", failureProbability: 0.1, seconds: 30 };
const e2e: SimulatedStep = { id: "e2e", failureProbability: 0.02, seconds: 600 };
const tag: SimulatedStep = { id: "tag", failureProbability: 0, seconds: 1 };
const stagesOf = (simulated: readonly (readonly SimulatedStep[])[]): AssignableStage[] =>
  simulated.map((steps, place) => ({ id: `s${place}`, steps: steps.map(({ id }) => id) }));
const recommend = (
  simulated: readonly (readonly SimulatedStep[])[],
  runs: number,
  options: Partial<RecommendAssignmentOptions> = {},
): ReturnType<typeof recommendAssignment> =>
  recommendAssignment(simulateHistory(simulated, runs, 8), { stages: stagesOf(simulated), ...options });

describe("recommendAssignment()", () => {
  test("proposes to run what fails often and quickly before what takes long, with what it rests on", () => {
    const bad = [[e2e], [unit, lint]];
    const recommendation = recommend(bad, 300);
    if (recommendation.kind !== "recommended") throw new Error(recommendation.explanation);
    expect(recommendation.stages).toEqual([
      { id: "s0", steps: ["unit", "lint"] },
      { id: "s1", steps: ["e2e"] },
    ]);
    expect(recommendation.moves).toEqual([
      { stepId: "e2e", from: "s0", to: "s1" },
      { stepId: "unit", from: "s1", to: "s0" },
      { stepId: "lint", from: "s1", to: "s0" },
    ]);
    const { figures } = recommendation;
    expect(figures).toMatchObject({ earlierRuns: 200, laterRuns: 100 });
    expect(figures.currentSeconds - figures.proposedSeconds).toBeCloseTo(figures.savedSeconds.mean, 6);
    // What it truly saves, known here: 600 s whenever "lint" or "unit" fails, less their time where "e2e" fails alone.
    const truly = (1 - 0.7 * 0.9) * 600 - 0.02 * 35;
    expect(figures.savedSeconds.low).toBeGreaterThan(0);
    expect(figures.savedSeconds.low).toBeLessThan(truly);
    expect(figures.savedSeconds.high).toBeGreaterThan(truly);
    expect(figures.assumedShare).toBeLessThan(0.1);
  });

  test("has nothing better than what is best", () => {
    expect(recommend([[lint, unit], [e2e]], 300)).toMatchObject({ kind: "none" });
  });

  test("never puts a step before what it needs, and takes that along", () => {
    const build: SimulatedStep = { id: "build", failureProbability: 0, seconds: 10 };
    const needs = new Map([["unit", ["build", "elsewhere"]]]);
    const recommendation = recommend([[e2e], [build, { ...unit, failureProbability: 0.4 }]], 300, { needs });
    if (recommendation.kind !== "recommended") throw new Error(recommendation.explanation);
    expect(recommendation.stages[0]?.steps).toEqual(["build", "unit"]);
    const bound = recommend([[e2e], [unit, lint]], 300, {
      needs: new Map([
        ["unit", ["e2e"]],
        ["lint", ["e2e"]],
      ]),
    });
    const placeOf = (id: string): number =>
      bound.kind === "recommended" ? bound.stages.findIndex(({ steps }) => steps.includes(id)) : 0;
    expect(placeOf("unit")).toBeGreaterThanOrEqual(placeOf("e2e"));
    expect(placeOf("lint")).toBeGreaterThanOrEqual(placeOf("e2e"));
  });

  test("leaves stages alone that a person or an expression starts", () => {
    const simulated = [[e2e], [unit, lint], [tag]];
    const stages = stagesOf(simulated).map((stage) =>
      stage.id === "s2" ? { ...stage, trigger: "manual" as const } : stage,
    );
    const recommendation = recommend(simulated, 300, { stages });
    if (recommendation.kind !== "recommended") throw new Error(recommendation.explanation);
    expect(recommendation.stages.at(-1)).toEqual({ id: "s2", steps: ["tag"] });
    expect(recommendation.moves.map(({ stepId }) => stepId)).not.toContain("tag");
    const fixed = stagesOf([[e2e], [lint]]).map((stage) => ({ ...stage, trigger: "auto" as const }));
    expect(recommend([[e2e], [lint]], 300, { stages: fixed })).toMatchObject({ reason: "too-few-failures" });
  });

  test("counts the time of a stage over its slots", () => {
    // On two slots "unit" costs nothing beside "lint" of equal length, so waiting for a gate between them only loses time.
    const a: SimulatedStep = { id: "a", failureProbability: 0.05, seconds: 30 };
    const split = [[a], [{ ...a, id: "b" }]];
    const together = recommend(split, 300, { slots: 2 });
    if (together.kind !== "recommended") throw new Error(together.explanation);
    expect(together.stages).toHaveLength(1);
    expect(recommend(split, 300, { slots: 1 })).toMatchObject({ kind: "none" });
  });

  test("says nothing where history is too short or fails too rarely", () => {
    expect(recommend([[e2e], [lint]], 29)).toMatchObject({ kind: "none", reason: "too-few-runs" });
    expect(recommend([[e2e], [lint]], 29, { minimumRuns: 15 })).toMatchObject({ reason: "too-few-failures" });
    expect(recommend([[e2e], [lint]], 29, { minimumRuns: 15, minimumFailures: 1 })).toHaveProperty("figures");
    expect(recommend([[e2e], [{ ...lint, failureProbability: 0.001 }]], 100)).toMatchObject({
      kind: "none",
      reason: "too-few-failures",
    });
    expect(recommendAssignment([], { stages: [] })).toMatchObject({ reason: "too-few-runs" });
  });

  test("ignores runs that a person cancelled", () => {
    const history = simulateHistory([[e2e], [lint]], 20, 1);
    const interrupted = {
      steps: [
        { id: "e2e", outcome: "passed" as const, seconds: 9 },
        { id: "lint", outcome: "cancelled" as const, seconds: 0 },
      ],
    };
    const padded = [...history, ...Array.from({ length: 30 }, () => interrupted)];
    expect(recommendAssignment(padded, { stages: stagesOf([[e2e], [lint]]) })).toMatchObject({
      reason: "too-few-runs",
      explanation: "20 runs are too few: at least 30 are needed",
    });
  });

  test("does not promise noise: of equal steps it recommends a move in few of a hundred histories", () => {
    const equal = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id, failureProbability: 0.05, seconds: 10 }));
    const simulated = [equal.slice(0, 3), equal.slice(3)];
    let recommended = 0;
    let unconfirmed = 0;
    for (let seed = 0; seed < 100; seed++) {
      const found = recommendAssignment(simulateHistory(simulated, 120, seed), { stages: stagesOf(simulated) });
      if (found.kind === "recommended") recommended++;
      else if (found.reason === "not-confirmed") unconfirmed++;
    }
    // On the earlier runs alone nearly every history has something better to offer.
    expect(unconfirmed).toBeGreaterThan(50);
    expect(recommended).toBeLessThanOrEqual(6);
  });

  test.each([
    [{ slots: 0 }, "`slots` must be a whole number from 1, got 0"],
    [{ slots: 1.5 }, "`slots` must be a whole number from 1, got 1.5"],
    [{ minimumRuns: 14 }, "`minimumRuns` must be a whole number from 15, got 14"],
    [{ minimumFailures: Number.NaN }, "`minimumFailures` must be a whole number from 1, got NaN"],
    [{ stages: [{ id: "x", steps: ["a", "a"] }] }, "a step is in two stages"],
  ])("refuses %j", (options, problem) => {
    expect(() => recommendAssignment([], { stages: [], ...options })).toThrow(
      new RangeError(`Cannot recommend assignment: ${problem}`),
    );
  });
});

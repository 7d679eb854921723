import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told, waited } from "../../../test/build-run.ts";
import { exactReplan } from "../../../test/plan-exactly.ts";

const replan = exactReplan({ a: {}, b: {}, long: {} }, { maxParallel: 2 });
const late = (predictedMs?: number): ReturnType<typeof runOf> =>
  runOf([
    ran("a", 0, 10, { predictedMs: 10_000 }),
    ran("b", 0, 10, { predictedMs: 10_000 }),
    ran("long", 10, 20, { predictedMs, waits: [waited("slot", "slot", 0, 10)] }),
  ]);

describe("findPoorOrder()", () => {
  test("tells that another order would have been shorter, and that durations were not known", () => {
    const [found] = told("poor-order", late(), [], { replan });
    expect(found).toMatchObject({
      symptom: "the steps took 30.0 s together, and 20.0 s would have been enough",
      cause: "how long 1 step takes was not known when the run was planned",
      expectedGainSeconds: 10,
      steps: ["long"],
    });
    expect(figure(found, "planned anew")).toBe(20);
  });

  test("where they were known, steps took other times than expected", () => {
    expect(told("poor-order", late(5000), [], { replan })).toMatchObject([
      { cause: "steps took other times than the plan expected", steps: [] },
    ]);
  });

  test("says nothing of the best order, and without a planner", () => {
    const best = runOf([ran("long", 0, 20), ran("a", 0, 10), ran("b", 10, 10)]);
    expect(told("poor-order", best, [], { replan })).toEqual([]);
    expect(told("poor-order", late())).toEqual([]);
  });
});

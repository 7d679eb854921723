import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told, waited } from "../../../test/build-run.ts";
import { exactReplan } from "../../../test/plan-exactly.ts";

const long = runOf([
  ran("build", 0, 10),
  ran("lint", 0, 3),
  ran("e2e", 10, 30, { waits: [waited("need", "build", 0, 10)] }),
  ran("unit", 10, 12, { waits: [waited("need", "build", 0, 10)] }),
]);

describe("findLowParallelism()", () => {
  test("names the step of the critical path that matters most, and the gain of half its time", () => {
    const replan = exactReplan(
      { build: {}, lint: {}, e2e: { needs: ["build"] }, unit: { needs: ["build"] } },
      { maxParallel: 4 },
    );
    const [found, ...others] = told("low-parallelism", long, [], { replan });
    expect(found).toMatchObject({ steps: ["e2e"], expectedGainSeconds: 15, gainIf: "e2e took half as long" });
    expect(figure(found, "one step alone")).toBe(25);
    expect(figure(found, "empty slots")).toBe(105);
    expect(others).toEqual([]);
    expect(told("low-parallelism", long)).toMatchObject([{ steps: ["e2e"], expectedGainSeconds: 15 }]);
  });

  test("says nothing where slots are used, where there is one, and of a single step", () => {
    const used = [ran("a", 0, 10), ran("b", 0, 9), ran("c", 0, 8)];
    expect(told("low-parallelism", runOf(used))).toEqual([]);
    expect(told("low-parallelism", { ...long, ...runOf([...long.steps], { maxParallel: 1 }) })).toEqual([]);
    expect(told("low-parallelism", runOf([ran("a", 0, 10)]))).toEqual([]);
  });
});

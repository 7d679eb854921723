import { describe, expect, test } from "vitest";
import { speculationCost, type SpeculationRecord } from "./speculation-cost.ts";

const record = (change: Partial<SpeculationRecord>): SpeculationRecord => ({
  stepId: "e2e",
  stageId: "extended",
  startedMs: 100,
  endedMs: 500,
  decidedMs: 300,
  gate: "open",
  ...change,
});

describe("speculationCost()", () => {
  test("counts as gained only what ran before the gate opened, and as wasted all that ran in vain", () => {
    const cost = speculationCost([
      record({}),
      record({ endedMs: 250 }),
      // The gate was open before it started: nothing was early.
      record({ startedMs: 300, decidedMs: 200 }),
      record({ stageId: "more", gate: "closed", endedMs: 310 }),
      record({ stageId: "more", gate: "undecided", endedMs: 140 }),
    ]);
    expect(cost).toEqual({
      started: 5,
      used: 3,
      wasted: 2,
      gainedMs: 350,
      wastedMs: 250,
      wastedShare: 250 / 600,
      byStage: new Map([
        ["extended", { gainedMs: 350, wastedMs: 0 }],
        ["more", { gainedMs: 0, wastedMs: 250 }],
      ]),
    });
  });

  test("has no share without speculation", () => {
    expect(speculationCost([])).toMatchObject({ started: 0, gainedMs: 0, wastedMs: 0, wastedShare: undefined });
  });

  test("refuses times that are none", () => {
    for (const change of [{ endedMs: 99 }, { startedMs: Number.NaN }, { decidedMs: Infinity }]) {
      expect(() => speculationCost([record(change)])).toThrow(RangeError);
    }
  });
});

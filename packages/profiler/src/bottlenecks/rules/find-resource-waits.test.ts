import { describe, expect, test } from "vitest";
import { figure, historyOf, ran, runOf, told, waited } from "../../../test/build-run.ts";
import { exactReplan } from "../../../test/plan-exactly.ts";
import type { StepRecord } from "../../run-record.ts";

const took = (mb: number): Pick<StepRecord, "resources"> => ({
  resources: { method: "proc", samples: 20, peakMemoryBytes: mb * 2 ** 20 },
});
const runFor = (resource: string): ReturnType<typeof runOf> => {
  const run = runOf([
    ran("a", 0, 10, took(700)),
    ran("b", 10, 12, { ...took(899.5), waits: [waited("resource", resource, 0, 10)] }),
  ]);
  return { ...run, schedule: run.schedule && { ...run.schedule, capacity: { [resource]: 2048 } } };
};
const demands = new Map([
  ["a", { memory_mb: 1500 }],
  ["b", { memory_mb: 1500 }],
]);
const replan = exactReplan(Object.fromEntries([...demands].map(([id, demand]) => [id, { demand }])), {
  maxParallel: 4,
  capacity: { memory_mb: 2048 },
});

describe("findResourceWaits()", () => {
  test("memory demands above what was measured hold slots: what was measured is suggested, with its gain", () => {
    const [found] = told("memory-admission", runFor("memory_mb"), [], { replan, demands });
    expect(found).toMatchObject({
      symptom: "1 step waited 10.0 s for memory while slots were free",
      remedy: "set demand.memory_mb to what was measured: a 700, b 900",
      expectedGainSeconds: 10,
      steps: ["a", "b"],
    });
    expect(figure(found, "capacity")).toBe(2048);
    expect(figure(found, "b demands")).toBe(1500);
    expect(figure(found, "b took at most")).toBe(900);
  });

  test("the largest peak of earlier runs counts as well: with it there is nothing to gain", () => {
    const history = historyOf([runOf([ran("a", 0, 10, took(1400)), ran("b", 0, 10, took(1500))])]);
    expect(told("memory-admission", runFor("memory_mb"), history, { replan, demands })).toEqual([]);
  });

  test("demands that are right call for more memory, with the gain of enough of it", () => {
    const right = new Map([
      ["a", { memory_mb: 700 }],
      ["b", { memory_mb: 900 }],
    ]);
    const narrow = exactReplan(
      { a: { demand: { memory_mb: 700 } }, b: { demand: { memory_mb: 900 } } },
      { maxParallel: 4, capacity: { memory_mb: 1000 } },
    );
    expect(told("memory-admission", runFor("memory_mb"), [], { replan: narrow, demands: right })).toMatchObject([
      { remedy: expect.stringContaining("raise max_memory_mb") as string, expectedGainSeconds: 10, steps: ["b"] },
    ]);
  });

  test("without a planner and demands it says what was measured, and no gain", () => {
    const [found] = told("memory-admission", runFor("memory_mb"));
    expect(found?.remedy).toBe("compare demand.memory_mb with what was measured: b 900");
    expect(found).not.toHaveProperty("expectedGainSeconds");
  });

  test("another resource: the gain is that of always enough of it", () => {
    const licence = exactReplan(
      { a: { demand: { licence: 1 } }, b: { demand: { licence: 1 } } },
      { maxParallel: 4, capacity: { licence: 1 } },
    );
    expect(told("resource-wait", runFor("licence"), [], { replan: licence })).toMatchObject([
      {
        symptom: "1 step waited 10.0 s for licence",
        expectedGainSeconds: 10,
        gainIf: "there was always enough licence",
      },
    ]);
  });

  test("says nothing where nobody waited for one, or not on the critical path", () => {
    const slots = runOf([ran("a", 0, 10), ran("b", 10, 12, { waits: [waited("slot", "slot", 0, 10)] })]);
    const aside = runOf([
      ran("a", 0, 10),
      ran("b", 10, 2, { waits: [waited("resource", "cpu", 0, 10)] }),
      ran("c", 0, 30),
    ]);
    for (const kind of ["memory-admission", "resource-wait"] as const) {
      expect(told(kind, slots)).toEqual([]);
      expect(told(kind, aside)).toEqual([]);
    }
  });
});

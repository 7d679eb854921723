import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told, waited } from "../../../test/build-run.ts";
import { exactReplan } from "../../../test/plan-exactly.ts";

const resources = (cpuSeconds: number): { resources: { method: "proc"; samples: number; cpuMs: number } } => ({
  resources: { method: "proc", samples: 9, cpuMs: cpuSeconds * 1000 },
});
const runWith = (cpuSeconds?: number): ReturnType<typeof runOf> => {
  const cpu = cpuSeconds === undefined ? {} : resources(cpuSeconds);
  return runOf(
    [
      ran("a", 0, 10, cpu),
      ran("b", 10, 10, { waits: [waited("slot", "slot", 0, 10)], ...cpu }),
      ran("c", 20, 10, { waits: [waited("slot", "slot", 0, 20)], ...cpu }),
      ran("d", 30, 10, { waits: [waited("slot", "slot", 0, 30)], ...cpu }),
    ],
    { maxParallel: 1 },
  );
};
const replan = exactReplan({ a: {}, b: {}, c: {}, d: {} }, { maxParallel: 1 });

describe("findFewSlots()", () => {
  test("recommends the fewest slots that bring the gain", () => {
    const [found] = told("too-few-slots", runWith(), [], { replan });
    expect(found).toMatchObject({
      expectedGainSeconds: 30,
      gainIf: "4 steps could run at the same time",
      steps: ["b", "c", "d"],
    });
    expect(figure(found, "waited")).toBe(60);
    const serial = exactReplan(
      { a: {}, b: { needs: ["a"] }, c: { needs: ["a"] }, d: { needs: ["a", "c"] } },
      { maxParallel: 1 },
    );
    expect(told("too-few-slots", runWith(), [], { replan: serial })).toMatchObject([
      { expectedGainSeconds: 10, gainIf: "2 steps could run at the same time" },
    ]);
  });

  test("a gain leaves the measured CPU work its time on all cores", () => {
    // 80 s of CPU time on four cores take 20 s at least.
    expect(told("too-few-slots", runWith(20), [], { replan })).toMatchObject([{ expectedGainSeconds: 20 }]);
  });

  test("says nothing where cores are busy anyway, where nothing waited, and where more slots bring nothing", () => {
    expect(told("too-few-slots", runWith(38), [], { replan })).toEqual([]);
    expect(told("too-few-slots", runOf([ran("a", 0, 10), ran("b", 10, 10)]), [], { replan })).toEqual([]);
    const chain = exactReplan(
      { a: {}, b: { needs: ["a"] }, c: { needs: ["b"] }, d: { needs: ["c"] } },
      { maxParallel: 1 },
    );
    expect(told("too-few-slots", runWith(), [], { replan: chain })).toEqual([]);
  });

  test("without a planner it tells the wait on the critical path, and no gain", () => {
    const [found] = told("too-few-slots", runWith());
    expect(found).not.toHaveProperty("expectedGainSeconds");
    expect(figure(found, "waited on the critical path")).toBe(30);
    expect(found?.remedy).toContain("more than 1");
  });
});

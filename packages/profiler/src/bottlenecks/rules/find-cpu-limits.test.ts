import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told } from "../../../test/build-run.ts";
import type { RunRecord } from "../../run-record.ts";

const used = (cpuSeconds: number): RunRecord =>
  runOf([ran("a", 0, 10, { resources: { method: "proc", samples: 9, cpuMs: cpuSeconds * 1000 } }), ran("b", 0, 10)]);
const underPressure = (cpu: number): RunRecord => {
  const run = runOf([ran("a", 0, 20)]);
  return { ...run, environment: { ...run.environment, pressure: { cpu, io: 0, memory: 0 } } };
};

describe("findCpuLimits()", () => {
  test("all cores busy: more steps at the same time would not help", () => {
    const [found] = told("cpu-saturated", used(38));
    expect(found).toMatchObject({ symptom: "the steps kept 3.8 of 4 cores busy" });
    expect(figure(found, "CPU in use")).toBeCloseTo(95, 6);
    expect(told("cpu-saturated", used(30))).toEqual([]);
    expect(told("cpu-saturated", runOf([ran("a", 0, 10)]))).toEqual([]);
  });

  test("a machine that was busy before the run", () => {
    expect(told("cpu-saturated", underPressure(60))).toMatchObject([
      { cause: "the machine was busy with something else" },
    ]);
    expect(told("cpu-saturated", underPressure(10))).toEqual([]);
  });
});

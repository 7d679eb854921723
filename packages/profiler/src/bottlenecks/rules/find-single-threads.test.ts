import { describe, expect, test } from "vitest";
import { figure, ran, runOf, told } from "../../../test/build-run.ts";
import type { StepRecord } from "../../run-record.ts";

const cpu = (seconds: number): Pick<StepRecord, "resources"> => ({
  resources: { method: "proc", samples: 9, cpuMs: seconds * 1000 },
});

describe("findSingleThreads()", () => {
  test("a step of the critical path on one core while others are idle, with the gain of two", () => {
    const [found] = told("single-threaded", runOf([ran("compile", 0, 20, cpu(19)), ran("lint", 0, 10, cpu(10))]));
    expect(found).toMatchObject({ steps: ["compile"], expectedGainSeconds: 9.5 });
    expect(figure(found, "idle cores")).toBeCloseTo(4 - 0.95 - 0.5, 9);
  });

  test("says nothing where cores are busy, of steps that use more or less than one, and beside the critical path", () => {
    const busy = [ran("compile", 0, 20, cpu(20)), ran("bundle", 0, 19, cpu(45))];
    expect(told("single-threaded", runOf(busy))).toEqual([]);
    expect(told("single-threaded", runOf([ran("compile", 0, 20, cpu(40))]))).toEqual([]);
    expect(told("single-threaded", runOf([ran("compile", 0, 20, cpu(10))]))).toEqual([]);
    expect(told("single-threaded", runOf([ran("compile", 0, 20)]))).toEqual([]);
    expect(told("single-threaded", runOf([ran("compile", 0, 20, cpu(20)), ran("wait", 0, 25)]))).toEqual([]);
  });
});

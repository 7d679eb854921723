import { describe, expect, test } from "vitest";
import { figure, historyOf, ran, runOf, told } from "../../../test/build-run.ts";
import type { RunRecord } from "../../run-record.ts";

const late = (seconds: number): RunRecord =>
  runOf([ran("build", seconds, 10)], {
    spans: [
      { id: 1, name: "startup", startMs: 0, endMs: 1000 },
      { id: 2, name: "git_operations", startMs: 1000, endMs: seconds * 1000 },
      { id: 3, name: "attempt", step: "build", startMs: seconds * 1000, endMs: (seconds + 10) * 1000 },
    ],
  });

describe("findSlowStart()", () => {
  test("names the longest part of the time before the first step", () => {
    const [found] = told("slow-start", late(7));
    expect(found).toMatchObject({
      symptom: "7.0 s passed before the first step started",
      cause: "git_operations took 6.0 s of it",
      expectedGainSeconds: 3,
      gainIf: "git_operations took half as long",
    });
    expect(found?.remedy).toContain("git gc");
    expect(figure(found, "usually before the first step")).toBeUndefined();
  });

  test("says what is usual on such a machine where it is known", () => {
    const earlier = [2, 3, 4, 5, 6].map(late);
    expect(figure(told("slow-start", late(7), historyOf(earlier))[0], "usually before the first step")).toBe(4);
    const own = historyOf([late(7)]).map((entry) => ({ ...entry, run_id: late(7).runId }));
    const later = [...historyOf(earlier), ...own, ...historyOf([late(60), late(60)])];
    expect(figure(told("slow-start", late(7), later)[0], "usually before the first step")).toBe(4);
    const elsewhere = earlier.map((run) => ({ ...run, environment: { ...run.environment, cpuModel: "Another CPU" } }));
    expect(
      figure(told("slow-start", late(7), historyOf(elsewhere))[0], "usually before the first step"),
    ).toBeUndefined();
  });

  test("also of a run that started no step, and of time in no span", () => {
    expect(told("slow-start", runOf([], { durationMs: 6000 }))).toMatchObject([
      { cause: "no span took 6.0 s of it", expectedGainSeconds: 3 },
    ]);
  });

  test("what belongs to a step is none of it, wherever a damaged record puts it", () => {
    const spans = [{ id: 1, name: "compile", step: "build", startMs: 0, endMs: 6000 }];
    expect(told("slow-start", runOf([ran("build", 6, 10)], { spans }))).toMatchObject([
      { cause: "no span took 6.0 s of it" },
    ]);
  });

  test("says nothing of a run that starts at once", () => {
    expect(told("slow-start", late(1.5))).toEqual([]);
    expect(told("slow-start", runOf([ran("build", 0, 10)]))).toEqual([]);
  });
});

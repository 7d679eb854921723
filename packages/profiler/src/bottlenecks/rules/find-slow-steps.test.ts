import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../history-entry.ts";
import { historyOf, ran, runOf, told } from "../../../test/build-run.ts";
import type { StepRecord } from "../../run-record.ts";

const slow = (more: Partial<StepRecord> = {}): ReturnType<typeof runOf> => runOf([ran("build", 0, 30, more)]);
const history = (count: number): readonly HistoryEntry[] =>
  historyOf(Array.from({ length: count }, (_, index) => runOf([ran("build", 0, 18 + (index % 5))])));

describe("findSlowSteps()", () => {
  test("points to a step that took longer than was expected nine times out of ten", () => {
    expect(told("slower-than-usual", slow({ predictedMs: 20_000, predictedUpperMs: 25_000 }))).toMatchObject([
      {
        symptom: "build took 30.0 s, usually 20.0 s",
        expectedGainSeconds: 10,
        remedy: expect.stringContaining("regression") as string,
      },
    ]);
    expect(told("slower-than-usual", slow({ predictedMs: 20_000, predictedUpperMs: 31_000 }))).toEqual([]);
    expect(told("slower-than-usual", slow({ predictedMs: 20_000 }))).toEqual([]);
  });

  test("without a prediction it is compared with its last passes, if there are enough", () => {
    expect(told("slower-than-usual", slow(), history(25))).toMatchObject([
      { cause: "in its last 25 passes it took at most 22.0 s: a change, or a busy machine", expectedGainSeconds: 10 },
    ]);
    expect(told("slower-than-usual", slow(), history(18))).toEqual([]);
  });

  test("says nothing of a usual time, of a failure, and of passes on other machines", () => {
    expect(told("slower-than-usual", runOf([ran("build", 0, 22)]), history(25))).toEqual([]);
    expect(told("slower-than-usual", slow({ outcome: "failed" }), history(25))).toEqual([]);
    const elsewhere = history(25).map((entry) => ({ ...entry, machine: "another" }));
    expect(told("slower-than-usual", slow(), elsewhere)).toEqual([]);
  });
});

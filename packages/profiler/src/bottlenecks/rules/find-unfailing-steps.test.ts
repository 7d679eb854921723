import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../history-entry.ts";
import { figure, historyOf, ran, runOf, told, waited } from "../../../test/build-run.ts";
import type { StepRecord } from "../../run-record.ts";

const record = runOf([ran("links", 0, 20), ran("lint", 0, 2)]);
const history = (count: number, odd: Partial<StepRecord> = {}): readonly HistoryEntry[] =>
  historyOf(Array.from({ length: count }, (_, index) => runOf([ran("links", 0, 10, index === 7 ? odd : {})])));

describe("findUnfailingSteps()", () => {
  test("tells of a step that never failed, with the rate of failure that this leaves likely", () => {
    const [found] = told("never-fails", record, history(59));
    expect(found).toMatchObject({ steps: ["links"], expectedGainSeconds: 18 });
    expect(figure(found, "runs without a failure")).toBe(60);
    expect(figure(found, "time in all runs")).toBe(610);
    // The exact end of the interval: 0.951... to the power of 60 is 5 %.
    const rate = figure(found, "rate of failure at most") ?? NaN;
    expect((1 - rate / 100) ** 60).toBeCloseTo(0.05, 12);
    expect(rate).toBeLessThan(100 * (3 / 60));
  });

  test("too few runs prove nothing, and how many are enough can be said", () => {
    expect(told("never-fails", record, history(28))).toEqual([]);
    expect(told("never-fails", record, history(29))).toHaveLength(1);
    expect(told("never-fails", record, history(28), { minRuns: 29 })).toHaveLength(1);
  });

  test("one failure in all the runs is enough to keep quiet, be it one that a retry hid", () => {
    for (const odd of [
      { outcome: "failed" },
      { outcome: "timed-out" },
      { outcome: "inconclusive" },
      { attempts: 2 },
    ] as const)
      expect(told("never-fails", record, history(59, odd))).toEqual([]);
  });

  test("runs in which it did not run to its end count neither way", () => {
    expect(told("never-fails", record, history(59, { outcome: "skipped" }))).toMatchObject([
      { symptom: "links ran 59 times, 600 s in all, and nothing ever failed in it" },
    ]);
    expect(told("never-fails", record, history(30, { outcome: "cancelled" }), { minRuns: 31 })).toEqual([]);
  });

  test("this run in the history is not counted twice, and runs after it not at all", () => {
    const own = historyOf([record]).map((entry) => ({ ...entry, run_id: record.runId }));
    expect(told("never-fails", record, [...history(28), ...own])).toEqual([]);
    expect(told("never-fails", record, [...history(28), ...own, ...history(5)])).toEqual([]);
    const failed = historyOf([runOf([ran("links", 0, 10, { outcome: "failed" })])]);
    expect(told("never-fails", record, [...history(29), ...own, ...failed])).toHaveLength(1);
  });

  test("steps that do more than pass or fail are passed over", () => {
    const findings = [{ rule: "semi", severity: "warning", message: "Missing semicolon" }] as const;
    expect(told("never-fails", runOf([ran("links", 0, 20, { kind: "ai" })]), history(59))).toEqual([]);
    expect(told("never-fails", runOf([ran("links", 0, 20, { findings })]), history(59))).toEqual([]);
    const user = ran("pack", 20, 5, { waits: [waited("need", "links", 0, 20)] });
    expect(told("never-fails", runOf([ran("links", 0, 20), user]), history(59))).toEqual([]);
  });
});

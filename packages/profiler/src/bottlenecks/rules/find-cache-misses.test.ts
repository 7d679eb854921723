import { describe, expect, test } from "vitest";
import { historyOf, ran, runOf, told } from "../../../test/build-run.ts";
import type { StepRecord } from "../../run-record.ts";

const because = (reason: string): Pick<StepRecord, "decision"> => ({
  decision: { action: "run", reason, explanation: "" },
});

describe("findCacheMisses()", () => {
  test.each([
    "smart-execution-off",
    "always",
    "not-cached",
    "inputs-match-nothing",
    "files-unknown",
    "base-unknown",
    "not-proved",
    "used-step-due",
    "needed-by",
  ])("tells that steps ran for %j, with what not running them would gain", (reason) => {
    const record = runOf([ran("a", 0, 20, because(reason)), ran("b", 0, 10, because(reason)), ran("c", 0, 4)]);
    const earlier = { ...record, runId: "earlier" };
    expect(told("cache-miss", record, historyOf([earlier]))).toMatchObject([
      {
        symptom: `2 steps of 30.0 s ran instead of being replayed or skipped (${reason})`,
        expectedGainSeconds: 16,
        evidence: [
          { name: "steps", value: 2, unit: "count" },
          { name: "time of the steps", value: 30, unit: "s" },
        ],
        steps: ["b", "a"],
      },
    ]);
  });

  test("says nothing of a first run, in which nothing can have been proved", () => {
    expect(told("cache-miss", runOf([ran("a", 0, 20, because("not-proved"))]))).toEqual([]);
  });

  test.each(["forced", "relevant-change", "constructor", "something newer"])(
    "says nothing of steps that ran for %j",
    (reason) => {
      expect(told("cache-miss", runOf([ran("a", 0, 20, because(reason))]))).toEqual([]);
    },
  );
});

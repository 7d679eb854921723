import { describe, expect, test } from "vitest";
import { historyOf, ran, runOf, told } from "../../../test/build-run.ts";

const hung = runOf([ran("e2e", 0, 600, { outcome: "timed-out" })]);

describe("findTimeouts()", () => {
  test("a limit far above the longest pass could be twice that pass", () => {
    const history = historyOf([runOf([ran("e2e", 0, 40)]), runOf([ran("e2e", 0, 50)])]);
    expect(told("timeout", hung, history)).toMatchObject([
      { expectedGainSeconds: 500, gainIf: "the limit was 100.0 s", steps: ["e2e"] },
    ]);
  });

  test("where passes take about as long, or none is known, no gain is told", () => {
    for (const history of [[], historyOf([runOf([ran("e2e", 0, 500)])])]) {
      const [found] = told("timeout", hung, history);
      expect(found?.remedy).toContain("raise its time limit or split it");
      expect(found).not.toHaveProperty("expectedGainSeconds");
    }
  });

  test("says nothing of a step that failed by itself", () => {
    expect(told("timeout", runOf([ran("e2e", 0, 600, { outcome: "failed" })]))).toEqual([]);
  });
});

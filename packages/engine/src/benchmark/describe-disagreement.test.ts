import { comparePairs, type Pair } from "@ai-workflow/regression";
import { expect, test } from "vitest";
import { describeDisagreement } from "./describe-disagreement.ts";

/** Pairs of so many milliseconds of wall and CPU time each, with a little noise. */
function pairsOf(baseline: readonly [number, number], compare: readonly [number, number]): readonly Pair[] {
  return Array.from({ length: 20 }, (_, place) => {
    const noise = 1 + ((place * 7) % 5) / 1000;
    return {
      baseline: { wallMs: baseline[0] * noise, cpuMs: baseline[1] * noise },
      compare: { wallMs: compare[0] * noise, cpuMs: compare[1] * noise },
    };
  });
}

const CPU = { thresholdPercent: 10, measures: ["cpuMs", "wallMs"] } as const;

test("a command that waits longer is told of where CPU time decides", () => {
  const waits = pairsOf([20, 2], [30, 2]);
  expect(describeDisagreement(comparePairs(waits, CPU))).toContain("is slower");
  expect(describeDisagreement(comparePairs(pairsOf([30, 2], [20, 2]), CPU))).toContain("is faster");
  const byWall = comparePairs(waits, { thresholdPercent: 10, measures: ["wallMs", "cpuMs"] });
  expect(describeDisagreement(byWall)).toBeUndefined();
});

test("nothing is said where both agree", () => {
  expect(describeDisagreement(comparePairs(pairsOf([20, 20], [30, 30]), CPU))).toBeUndefined();
  expect(describeDisagreement(comparePairs(pairsOf([20, 20], [20, 20]), CPU))).toBeUndefined();
});

import { expect, test } from "vitest";
import { createEtaFilter } from "./eta-filter.ts";

test.each([
  ["nothing is told of less than ten seconds", [[0, 9_999]], [false]],
  [
    "the first is told, and the next when a quarter of what was left has passed",
    [
      [0, 40_000],
      [9_999, 30_001],
      [10_000, 30_000],
    ],
    [true, false, true],
  ],
  [
    "a changed end is told at once",
    [
      [0, 40_000],
      [1_000, 30_000],
      [1_500, 28_500],
    ],
    [true, false, true],
  ],
  [
    "towards the end there is silence",
    [
      [0, 40_000],
      [35_000, 5_000],
    ],
    [true, false],
  ],
] as const)("%s", (_, estimates, told) => {
  const isWorthALine = createEtaFilter();
  const lines = estimates.map(([atMs, expectedMs]) =>
    isWorthALine({ type: "eta", atMs, expectedMs, upperMs: undefined, overdue: [] }),
  );
  expect(lines).toEqual(told);
});

test("a step that is overdue is told once, however little is left", () => {
  const isWorthALine = createEtaFilter();
  const late = (atMs: number, ...overdue: readonly string[]): boolean =>
    isWorthALine({ type: "eta", atMs, expectedMs: 100, upperMs: undefined, overdue });
  expect([late(0), late(1_000, "a"), late(2_000, "a"), late(3_000, "a", "b")]).toEqual([false, true, false, true]);
});

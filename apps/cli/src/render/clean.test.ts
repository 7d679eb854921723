import type { CleanReport } from "@ai-workflow/engine";
import { expect, test } from "vitest";
import { renderClean } from "./clean.ts";

const report: CleanReport = {
  dryRun: false,
  runs: { removedRuns: ["a"], removedLogs: ["b", "c"], keptCount: 50, freedBytes: 3 * 2 ** 20, keptLogBytes: 2 ** 19 },
  results: { removedCount: 2, keptCount: 1, removedBlobCount: 1, freedBytes: 2 ** 20, keptBytes: 0 },
  removedHistoryLines: 0,
  freedBytes: 4 * 2 ** 20,
};

test("what went and what is kept is counted and measured", () => {
  expect(renderClean(report)).toBe(`removed 1 run, and the logs of 2 more, 3.0 MB
removed 2 stored results and 1 stored output, 1.0 MB
kept 50 runs with 0.5 MB of logs, 1 stored result with 0.0 MB
`);
});

test("the history is told of where some of it went, and a dry run removes nothing", () => {
  expect(renderClean({ ...report, removedHistoryLines: 7 })).toContain("removed 7 lines of the history\n");
  expect(renderClean({ ...report, dryRun: true })).not.toMatch(/^removed/m);
});

import { expect, test } from "vitest";
import { DEFAULT_RETENTION, normaliseRetention } from "./normalise-retention.ts";

test("each limit has a default of its own", () => {
  expect(normaliseRetention()).toEqual(DEFAULT_RETENTION);
  expect(normaliseRetention({ runs: 3 })).toEqual({ ...DEFAULT_RETENTION, runs: 3 });
});

test("megabytes become bytes, and days milliseconds", () => {
  expect(
    normaliseRetention({ runs: 1, logs_mb: 2, results: 3, results_mb: 0.5, max_age_days: 1.5, history: 4 }),
  ).toEqual({
    runs: 1,
    maxLogBytes: 2_097_152,
    results: 3,
    maxResultBytes: 524_288,
    maxAgeMs: 129_600_000,
    historyRuns: 4,
  });
});

import type { RetentionConfig } from "./config.ts";
import type { Retention } from "./workflow.ts";

const MB = 2 ** 20;
const DAY_MS = 86_400_000;

/** What is kept where the configuration does not say: 50 runs with 1 GiB of logs, 20,000 successes with 2 GiB, for 30 days. */
export const DEFAULT_RETENTION: Retention = {
  runs: 50,
  maxLogBytes: 1_024 * MB,
  results: 20_000,
  maxResultBytes: 2_048 * MB,
  maxAgeMs: 30 * DAY_MS,
  historyRuns: 500,
};

/** Fills in the defaults of `retention`. Pure. */
export function normaliseRetention(config: RetentionConfig = {}): Retention {
  const bytes = (mb: number | undefined, fallback: number): number => (mb === undefined ? fallback : mb * MB);
  return {
    runs: config.runs ?? DEFAULT_RETENTION.runs,
    maxLogBytes: bytes(config.logs_mb, DEFAULT_RETENTION.maxLogBytes),
    results: config.results ?? DEFAULT_RETENTION.results,
    maxResultBytes: bytes(config.results_mb, DEFAULT_RETENTION.maxResultBytes),
    maxAgeMs: config.max_age_days === undefined ? DEFAULT_RETENTION.maxAgeMs : config.max_age_days * DAY_MS,
    historyRuns: config.history ?? DEFAULT_RETENTION.historyRuns,
  };
}

import type { CacheState } from "@ai-workflow/engine";

/** What there is of a success that could be replayed, for people. */
export const CACHE_STATES: Readonly<Record<CacheState["state"], string>> = {
  hit: "a success of this fingerprint is stored",
  "relevant-hit": "a success on the same relevant inputs is stored",
  expired: "a success is stored, and has expired",
  "too-slow": "a success of this fingerprint is stored, but took longer than the step may take now",
  "outputs-missing": "a success of this fingerprint is stored, but not what it left",
  miss: "no success of this fingerprint is stored",
  "not-kept": "successes of this step are not kept",
  unknown: "unknown, for the files could not be listed",
};

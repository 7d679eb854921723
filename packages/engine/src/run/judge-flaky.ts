import type { StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import type { ResultStore } from "../results/result-store.ts";
import { isKept } from "../selection/is-kept.ts";

/** What of a step that ended is looked at. */
export interface EndedStep {
  readonly step: Pick<Step, "cache" | "expiresMs" | "trigger">;
  readonly outcome: StepRecord["outcome"];
  readonly attempts: number;
  /** `undefined` where it is unknown, or names inputs that are not there. */
  readonly fingerprint: string | undefined;
}

/**
 * Whether a step failed and passed with everything the same that it says it depends on: within its retries, or now and in an earlier run. Of
 * earlier runs nothing is concluded for what depends on the world outside: without `cache`, with `when.always` or `expires`.
 */
export function isFlaky(
  { step, outcome, attempts, fingerprint }: EndedStep,
  failed: Pick<FailedFingerprints, "has">,
  store: Pick<ResultStore, "find">,
): boolean {
  if (outcome === "passed" && attempts > 1) return true;
  if (fingerprint === undefined || !isKept(step) || step.expiresMs !== undefined) return false;
  if (outcome === "passed") return failed.has(fingerprint);
  return (outcome === "failed" || outcome === "timed-out") && store.find(fingerprint) !== undefined;
}

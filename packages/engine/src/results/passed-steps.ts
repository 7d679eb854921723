import type { StepRecord } from "@ai-workflow/profiler";
import type { StoredSuccess } from "./stored-success.ts";

/**
 * Gives the steps that passed in a run, by id: with the same fingerprint they need not run again in one that goes on with it. Also those
 * that had passed in the run which that one went on with itself. Pure.
 *
 * @param startedAtMs - wall-clock start of the run in milliseconds since 1970
 */
export function passedSteps(
  runId: string,
  startedAtMs: number,
  steps: Iterable<StepRecord>,
): ReadonlyMap<string, StoredSuccess> {
  const passed = new Map<string, StoredSuccess>();
  for (const { id, outcome, fingerprint, finishedMs = 0, durationMs, findings, ai, decision, replayedFrom } of steps) {
    if (fingerprint === undefined) continue;
    const common = { stepId: id, fingerprint, findings, ai };
    if (outcome === "passed") {
      passed.set(id, { ...common, runId, at: new Date(startedAtMs + finishedMs).toISOString(), durationMs });
    } else if (decision.reason === "resumed" && replayedFrom !== undefined) {
      passed.set(id, { ...common, ...replayedFrom });
    }
  }
  return passed;
}

import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf } from "../timed-step.ts";
import { toSeconds } from "../to-seconds.ts";

/** Steps that were tried more than once. The gain is that of the last attempt alone. */
export function findRetries(run: RunView): readonly Candidate[] {
  return run.steps.flatMap((timed): readonly Candidate[] => {
    const { step } = timed;
    const lostMs = lengthOf(timed) - step.durationMs;
    if (step.attempts < 2 || lostMs <= 0) return [];
    const isFlaky = step.outcome === "passed";
    return [
      {
        kind: "retries",
        symptom: `${step.id} took ${step.attempts} attempts, and those before the last one ${toSeconds(lostMs)} s with their pauses`,
        cause: isFlaky ? "it fails now and then without a change" : "further attempts did not help",
        remedy: isFlaky
          ? "find out what it depends on beside its inputs (time, order, network, leftovers) and remove that"
          : "retry only what can pass when tried again, and lower its `retries`",
        gainMs: run.gainOf(new Map([[step.id, step.durationMs]])),
        gainIf: "one attempt had been enough",
        evidence: [
          { name: "attempts", value: step.attempts, unit: "count" },
          { name: "before the last attempt", value: lostMs / 1000, unit: "s" },
          { name: "last attempt", value: step.durationMs / 1000, unit: "s" },
        ],
        steps: [step.id],
      },
    ];
  });
}

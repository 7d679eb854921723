import path from "node:path";
import type { StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import { isBuiltOnProof } from "../results/is-built-on-proof.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import type { IncrementalRunner } from "../runners/run-incremental-step.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import { isKept } from "../selection/is-kept.ts";
import type { StepsToRun } from "./steps-to-run.ts";

/**
 * Hands on what later runs are to know of a step that ended: its success for replay, its failure, and whether its inputs are in doubt. Its
 * record and those of the steps that it uses are among `records`.
 */
export function keepOutcome(
  step: Step,
  record: StepRecord,
  { context, preparation, records, books }: StepsToRun,
  incremental: Pick<IncrementalRunner, "passed">,
): void {
  const { keeper, failures } = books;
  const { outcome } = record;
  const passedOn = (): void => incremental.passed(step);
  const isLasting = outcome === "passed" && record.provisional !== true;
  if (isLasting && !isKept(step)) passedOn();
  const prints = preparation.prints.get(step.id);
  if (prints === undefined) return;
  const { fingerprint } = prints;
  if (!prints.namesNothing) {
    const isProof = isKept(step) && isBuiltOnProof(step, context.options.loaded.workflow.steps, records);
    if (isLasting && isProof && context.resolved.keepResults) {
      keeper.passed({
        step,
        logFile: path.join(context.state.path, context.paths.stepLog(step.id)),
        stored: passedOn,
        success: {
          stepId: step.id,
          fingerprint,
          relevantFingerprint: prints.relevantFingerprint(),
          runId: context.runId,
          at: new Date(context.wallNow()).toISOString(),
          durationMs: record.durationMs,
          findings: record.findings,
          ai: record.ai,
        },
      });
    }
    if (outcome === "failed" || outcome === "timed-out") {
      const relevant = prints.relevantFingerprint();
      const confirmed = (): void => {
        failures.add(fingerprint);
        // What was proved before is not any more: replayed by the next run, it would hide the failure.
        context.store.forget(relevant === undefined ? [fingerprint] : [fingerprint, relevant]);
      };
      keeper.failed({ step, fingerprint, confirmed });
    }
  }
  // A pass for now takes nothing back that another run found.
  if (record.provisional !== true) noteDoubt(outcome, prints, failures, context.state.durable);
}

/** Written down at once: what a step did not pass on must not be assumed to pass by a run after a kill either. */
function noteDoubt(
  outcome: StepRecord["outcome"],
  prints: StepPrints,
  failures: FailedFingerprints,
  durable: boolean,
): void {
  if (outcome === "passed") return failures.trust(prints.contentFingerprint());
  if (outcome === "cancelled") return;
  failures.doubt(prints.contentFingerprint());
  if (durable) failures.save();
}

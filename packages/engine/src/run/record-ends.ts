import type { StepRecord } from "@ai-workflow/profiler";
import type { TaskOutcome } from "@ai-workflow/scheduler";
import type { Step } from "../config/workflow.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import type { Decision } from "../selection/reasons.ts";
import { recordDecided, recordEnded, type StepEnd } from "./build-record.ts";
import type { EarlySteps } from "./early-steps.ts";
import { expectedDuration } from "./expected-duration.ts";
import { isFlaky } from "./judge-flaky.ts";
import type { StepFates } from "./step-fates.ts";
import type { StepsToRun } from "./steps-to-run.ts";

/** What is asked about a step that has ended. */
export interface EndFacts {
  readonly fates: Pick<StepFates, "lastAttempt" | "leftOut" | "verdictOf">;
  readonly early: Pick<EarlySteps, "has" | "ranAhead">;
  /** When the scheduler began, in milliseconds since the run's start: it counts from there. */
  readonly originMs: number;
}

/** Puts together the records of scheduled steps once their tasks have ended. */
export interface EndRecorder {
  /** The record of a step that was left out after all; `undefined` for one that was not. */
  readonly ofLeftOut: (step: Step) => StepRecord | undefined;
  /** The record of any other; what it waited for is not known before all have ended. */
  readonly of: (step: Step, outcome: TaskOutcome<StepVerdict | undefined>) => StepRecord;
}

export function createEndRecorder(
  { context, preparation, schedule, books }: StepsToRun,
  { fates, early, originMs }: EndFacts,
): EndRecorder {
  const decisions = new Map(preparation.decisions.map((decision) => [decision.stepId, decision]));
  /** A step that may go ahead has another task for its end than for its start. */
  const timesOf = (
    stepId: string,
    outcome: TaskOutcome<unknown>,
  ): Pick<StepEnd, "startedMs" | "finishedMs" | "durationMs"> => {
    const last = fates.lastAttempt(stepId);
    const finishedMs = last === undefined ? undefined : (last.finishedMs ?? context.elapsedMs());
    const durationMs = last === undefined || finishedMs === undefined ? 0 : finishedMs - last.startedMs;
    if (early.has(stepId)) return { startedMs: last?.startedMs, finishedMs, durationMs };
    if (outcome.startedMs === undefined) return { startedMs: undefined, finishedMs: undefined, durationMs };
    return { startedMs: originMs + outcome.startedMs, finishedMs: originMs + outcome.finishedMs, durationMs };
  };

  return {
    ofLeftOut(step): StepRecord | undefined {
      const leftOut = fates.leftOut(step.id);
      if (leftOut === undefined) return undefined;
      const reason = leftOut.isHeld ? "awaiting-approval" : "stage-not-triggered";
      const decision: Decision = { stepId: step.id, action: "skip", reason, explanation: leftOut.why };
      return recordDecided(step, decision, preparation.prints.get(step.id), undefined, undefined);
    },
    of(step, outcome): StepRecord {
      const decision = decisions.get(step.id);
      if (decision === undefined) throw new Error(`Cannot finish step: "${step.id}" was not decided on`);
      const prints = preparation.prints.get(step.id);
      const fingerprint = prints === undefined || prints.namesNothing ? undefined : prints.fingerprint;
      const verdict = fates.verdictOf(step, outcome);
      const { attempts } = outcome;
      const ended = { step, outcome: verdict.outcome, attempts, fingerprint };
      return recordEnded(step, decision, prints, {
        verdict,
        ahead: early.ranAhead(step.id) ? true : undefined,
        flaky: isFlaky(ended, books.failures, context.store) ? true : undefined,
        ...timesOf(step.id, outcome),
        // Those ahead of the stage, too, of which the task behind the gate knows nothing.
        attempts: Math.max(attempts, fates.lastAttempt(step.id)?.attempt ?? 0),
        features: schedule.features.get(step.id),
        ...expectedDuration(step.id, schedule),
        log: fates.lastAttempt(step.id) === undefined ? undefined : context.paths.stepLog(step.id),
        ...books.meter.of(step.id),
        waits: [],
      });
    },
  };
}

import type { ActiveTime } from "./active-time.ts";
import { dependentSteps } from "../scheduling/dependent-steps.ts";
import type { RunEvent } from "./events.ts";
import { createStageControl, type StageControl } from "./stage-control.ts";
import { resultsOf, stagesOf } from "./stage-results.ts";
import type { StepFates } from "./step-fates.ts";
import type { StepsToRun } from "./steps-to-run.ts";

/** The stage control of a run: it looks at the records of steps, and acts on their fates. */
export function controlStages(
  { context, preparation, schedule, records, books }: StepsToRun,
  fates: Pick<StepFates, "cancel" | "end" | "leaveOut">,
  setTimer: ActiveTime["setTimer"],
): StageControl {
  const { options, resolved, emit } = context;
  const { steps } = options.loaded.workflow;
  const decided = new Set(preparation.decisions.map(({ stepId }) => stepId));
  const approved = resolved.stages.filter(({ id }) => resolved.request.isApproved(id)).map(({ id }) => id);
  return createStageControl(stagesOf(resolved.stages, steps.values()), preparation.stageFacts, new Set(approved), {
    results: (withoutResult) => resultsOf(records, steps, withoutResult),
    isLeftUndone: (stepId) => records.get(stepId)?.decision.reason === "over-budget",
    cancel: fates.cancel,
    end: fates.end,
    leaveOut(stepId, why, isHeld): void {
      if (!decided.has(stepId) || records.has(stepId)) return;
      fates.leaveOut(stepId, { why, isHeld });
      // What waits for a person cannot be done without.
      if (isHeld) for (const id of dependentSteps(schedule.graph, stepId)) fates.leaveOut(id, { why, isHeld });
    },
    tell(stageId, gate): void {
      const open = gate.state === "open";
      const told = {
        type: "gate",
        atMs: context.elapsedMs(),
        stageId,
        open,
        reason: gate.explanation,
      } satisfies RunEvent;
      books.journal.append({ told, atMs: told.atMs });
      emit(told);
    },
    isCancelled: () => options.signal?.aborted ?? false,
    setTimer,
  });
}

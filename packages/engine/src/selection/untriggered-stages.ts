import { evaluateTrigger, type TriggerFacts } from "@ai-workflow/pipeline-stages";
import type { WorkflowStage } from "../config/workflow.ts";

/** What the triggers of stages may ask about and what is known before the first step starts. */
export type StageFacts = Pick<TriggerFacts, "changed" | "environment">;

/** How a run treats stages. */
export interface StageRequest {
  readonly multiStage: boolean;
  readonly isApproved: (stageId: string) => boolean;
}

/**
 * Gives the steps of stages whose trigger is false whatever their run brings, with the reason. Triggers that depend on how earlier stages
 * end are decided when these have ended; where stages do not follow each other that never is, and such a stage does not start. Pure.
 */
export function untriggeredSteps(
  stages: readonly WorkflowStage[],
  facts: StageFacts,
  { multiStage, isApproved }: StageRequest,
): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { id, steps, when } of stages) {
    if (when === undefined) continue;
    const { value, because } = evaluateTrigger(when, { ...facts, approved: isApproved(id) ? true : undefined });
    if (value === true || (value === undefined && multiStage)) continue;
    const parts = because.join(", ");
    const reason =
      value === false
        ? `the trigger of stage ${id} is false: ${parts}`
        : `the trigger of stage ${id} asks what nobody knows while stages are ignored: ${parts}`;
    for (const step of steps) reasons.set(step, reason);
  }
  return reasons;
}

import type { Step, WorkflowStage } from "../config/workflow.ts";

/**
 * Gives the steps that no longer start when a step has failed and the policy is to start nothing new. Behind the failed step's stage the
 * gates decide, for some stages want to run then; of a step without a stage nothing is behind, so those stages alone are spared. What
 * needs the failed step is not among them: it cannot start anyway, and for a better reason. Pure.
 *
 * @param dependents - what needs the failed step, directly or not
 */
export function stepsToStop(
  failed: Pick<Step, "id" | "stage">,
  steps: Iterable<Pick<Step, "id" | "stage">>,
  stages: readonly WorkflowStage[],
  dependents: ReadonlySet<string>,
): readonly string[] {
  const place = stages.findIndex(({ id }) => id === failed.stage);
  const isSpared = (stageId: string | undefined): boolean => {
    const own = stages.findIndex(({ id }) => id === stageId);
    if (own < 0) return false;
    if (place >= 0) return own > place;
    return stages[own]?.trigger === "auto" || stages[own]?.trigger === "expression";
  };
  return [...steps]
    .filter(({ id, stage }) => id !== failed.id && !dependents.has(id) && !isSpared(stage))
    .map(({ id }) => id);
}

import { speculativeSteps, stageStates, type StepResult } from "@ai-workflow/pipeline-stages";
import type { Step, WorkflowStage } from "../config/workflow.ts";
import { stagesOf } from "../run/stage-results.ts";
import { isKept } from "../selection/is-kept.ts";
import type { Decision } from "../selection/reasons.ts";

/**
 * Chooses the steps that free slots may start before their stage does, in the order of the stages: they have to be pure, and to be behind
 * nothing but gates and steps that run for certain or ahead as well. Pure.
 *
 * A trigger that only the run decides is taken for undecided, and nothing goes ahead of it.
 */
export function stepsAhead(
  steps: ReadonlyMap<string, Step>,
  decisions: readonly Decision[],
  stages: readonly WorkflowStage[],
): ReadonlySet<string> {
  const results = new Map<string, StepResult>();
  for (const { stepId, action, reason } of decisions) {
    if (action !== "run" && reason !== "awaiting-approval") results.set(stepId, { outcome: "skipped" });
  }
  const known = stagesOf(stages, steps.values());
  const states = stageStates(known, results);
  const described = [...steps.values()].map((step) => {
    const outcome = results.get(step.id)?.outcome;
    return { id: step.id, isPure: isPure(step), outcome, needs: step.needs };
  });
  return new Set(speculativeSteps(known, states, described));
}

/**
 * Whether a step may run although its result is then thrown away: it could be replayed instead of run, so by its own word it does nothing
 * but tell; it leaves and edits no files, keeps nobody else from anything, and costs no money.
 */
function isPure(step: Step): boolean {
  const { action, outputs, writes, exclusive } = step;
  return isKept(step) && action.kind !== "ai" && outputs.length === 0 && writes.length === 0 && exclusive === undefined;
}

import { speculativeSteps, stageStates, type StepResult } from "@ai-workflow/pipeline-stages";
import { asksModel } from "../ai/asks-model.ts";
import type { Step, WorkflowStage } from "../config/workflow.ts";
import { stagesOf } from "../run/stage-results.ts";
import { isKept } from "../selection/is-kept.ts";
import type { Decision } from "../selection/reasons.ts";
import { couldRead } from "../tree/could-read.ts";

/**
 * Chooses the steps that free slots may start before their stage does, in the order of the stages: they have to be pure, and to be behind
 * nothing but gates and steps that run for certain or ahead as well. What could read files that a step of an earlier stage is still to make or
 * edit does not go ahead, unless it waits for that step by itself: it would pass on the old ones. Pure.
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
  const isToRun = (id: string): boolean => steps.has(id) && !results.has(id);
  const readsWhatComes = (step: Step): boolean => {
    const makers = stages
      .slice(
        0,
        Math.max(
          0,
          stages.findIndex(({ id }) => id === step.stage),
        ),
      )
      .flatMap((stage) => stage.steps.filter(isToRun).flatMap((id) => steps.get(id) ?? []))
      .filter(({ outputs, writes }) => couldRead(step.inputs, [...outputs, ...writes]));
    if (makers.length === 0) return false;
    const awaited = neededBy(step, steps);
    return makers.some(({ id }) => !awaited.has(id));
  };
  const described = [...steps.values()].map((step) => {
    const outcome = results.get(step.id)?.outcome;
    return { id: step.id, isPure: isPure(step) && !readsWhatComes(step), outcome, needs: step.needs };
  });
  return new Set(speculativeSteps(known, states, described));
}

/** All that a step needs, directly or not. */
function neededBy(step: Step, steps: ReadonlyMap<string, Step>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...step.needs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(steps.get(id)?.needs ?? []));
  }
  return found;
}

/**
 * Whether a step may run although its result is then thrown away: it could be replayed instead of run, so by its own word it does nothing
 * but tell; it leaves and edits no files, keeps nobody else from anything, and costs no money.
 */
function isPure(step: Step): boolean {
  const { outputs, writes, exclusive } = step;
  return isKept(step) && !asksModel(step) && outputs.length === 0 && writes.length === 0 && exclusive === undefined;
}

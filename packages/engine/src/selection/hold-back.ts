import type { Step } from "../config/workflow.ts";
import { isUnwanted } from "./is-unwanted.ts";
import type { Decision } from "./reasons.ts";
import type { SelectionInput } from "./selection-input.ts";
import { hasNoPlace } from "./has-no-place.ts";

/**
 * Holds back the steps that would run in a stage that waits for a person, in the stages behind it that start on success, and those that
 * need one of them. What is replayed or skipped needs no person.
 */
export function holdBack(
  decisions: Map<string, Decision>,
  { workflow, request }: Pick<SelectionInput, "workflow" | "request">,
): void {
  /** By held step: the stage that a person has to start. */
  const held = new Map<string, string>();
  const hold = (stepId: string, stage: string): void => {
    const explanation = `stage ${stage} waits for a person (--manual-trigger starts it)`;
    decisions.set(stepId, { stepId, action: "skip", reason: "awaiting-approval", explanation });
    held.set(stepId, stage);
  };
  const wouldRun = (stepId: string): boolean => decisions.get(stepId)?.action === "run";
  let waitingStage: string | undefined;
  for (const stage of workflow.stages) {
    const due = stage.steps.filter(wouldRun);
    const waits = stage.trigger === "manual" && !request.isApproved(stage.id);
    if (waits && due.length > 0) waitingStage ??= stage.id;
    const follows = request.multiStage && (stage.trigger === "on_success" || stage.trigger === "manual");
    if (waits || (follows && waitingStage !== undefined)) for (const id of due) hold(id, waitingStage ?? stage.id);
  }
  if (waitingStage === undefined) return;
  /** The step awaiting approval that this one needs, directly or through steps that do not run. */
  const awaited = (step: Step): string | undefined => {
    const seen = new Set<string>();
    const open = [...step.needs];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id) || wouldRun(id)) continue;
      seen.add(id);
      const decision = decisions.get(id);
      if (decision?.reason === "awaiting-approval") return id;
      const passesOn = hasNoPlace(decision?.reason) || (decision !== undefined && !isUnwanted(decision));
      if (passesOn) open.push(...(workflow.steps.get(id)?.needs ?? []));
    }
    return undefined;
  };
  // Until nothing changes: a held step may be needed by one that is declared before it.
  for (let found = true; found;) {
    found = false;
    for (const step of workflow.steps.values()) {
      if (!wouldRun(step.id)) continue;
      const need = awaited(step);
      if (need === undefined) continue;
      hold(step.id, held.get(need) ?? waitingStage);
      found = true;
    }
  }
}

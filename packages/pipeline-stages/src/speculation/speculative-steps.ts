import type { Stages } from "../define-stages.ts";
import type { StepResults } from "../evaluate-gate.ts";
import type { StageState } from "../next-stage.ts";

/** A step as far as speculation depends on it. */
export interface SpeculationStep {
  readonly id: string;
  /** Declared free of side effects: it may run although its result is then thrown away. */
  readonly isPure: boolean;
  /**
   * Steps that have to end before.
   * @defaultValue none
   */
  readonly needs?: readonly string[] | undefined;
}

/**
 * Gives the steps that free slots may start before their stage may, while earlier gates are undecided; in the order of the
 * stages. All of them must be cancelled, or their results ignored, if such a gate closes.
 *
 * Only pure steps without a result, of stages whose trigger is `on_success` and that wait for nothing but open gates: nothing
 * behind a stage that waits for a person or that an expression may skip, and nothing once a gate is closed. What a step needs
 * must have passed, be in a stage that runs now, or be startable itself; when it may start then is the scheduler's business.
 *
 * @param states - as `stageStates` gives them
 * @param steps - all steps of the workflow; one that is left out is not pure
 * @param results - those of the steps that have ended; @defaultValue none
 */
export function speculativeSteps(
  { stageOfStep }: Stages,
  states: readonly StageState[],
  steps: readonly SpeculationStep[],
  results: StepResults = new Map(),
): readonly string[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const running = states.filter(({ state }) => state === "ready");
  const isUndecided = running.length > 0 && states.every(({ state }) => state !== "failed");
  if (!isUndecided) return [];
  const candidates: string[] = [];
  for (const { stage, state } of states) {
    if (state === "passed" || state === "skipped" || state === "ready") continue;
    if (state !== "pending" || stage.trigger !== "on_success") break;
    candidates.push(...stage.steps);
  }
  const runningStages = new Set(running.map(({ stage }) => stage.id));
  const allowed = new Set<string>();
  const canEnd = (id: string): boolean => {
    const outcome = results.get(id)?.outcome;
    if (outcome !== undefined) return outcome === "passed" || outcome === "replayed" || outcome === "skipped";
    const stage = stageOfStep.get(id);
    return stage === undefined || runningStages.has(stage.id) || allowed.has(id);
  };
  // Until nothing is added: a step may be listed before one that it needs.
  for (let before = -1; before < allowed.size;) {
    before = allowed.size;
    for (const id of candidates) {
      const step = byId.get(id);
      if (step?.isPure !== true || results.has(id)) continue;
      if ((step.needs ?? []).every(canEnd)) allowed.add(id);
    }
  }
  return candidates.filter((id) => allowed.has(id));
}

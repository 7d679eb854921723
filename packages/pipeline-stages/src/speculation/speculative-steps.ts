import type { Stages } from "../define-stages.ts";
import type { StepOutcome } from "../evaluate-gate.ts";
import type { StageState } from "../next-stage.ts";

/** A step as far as speculation depends on it. */
export interface SpeculationStep {
  readonly id: string;
  /** Declared free of side effects: it may run although its result is then thrown away. */
  readonly isPure: boolean;
  /** How it ended, if it has. */
  readonly outcome?: StepOutcome | undefined;
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
 * Only pure steps that have not ended, of stages whose trigger is `on_success` and that wait for nothing but gates: nothing
 * behind a stage that may wait for a person or depends on an expression that is undecided, and nothing once a gate is closed.
 * What a step needs must have ended well, be a known step in no stage or one of a stage that runs now, or be startable itself;
 * when its turn comes is the scheduler's business.
 *
 * @param states - as `stageStates` gives them
 * @param steps - all steps of the workflow; one that is left out is not pure
 */
export function speculativeSteps(
  { stageOfStep }: Stages,
  states: readonly StageState[],
  steps: readonly SpeculationStep[],
): readonly string[] {
  const isRunning = states.some(({ state }) => state === "ready");
  if (!isRunning || states.some(({ state }) => state === "failed")) return [];
  const candidates: string[] = [];
  for (const { stage, state } of states) {
    if (state !== "pending") {
      if (state === "waiting" || state === "blocked") break;
      continue;
    }
    if (stage.trigger === "auto") continue;
    if (stage.trigger !== "on_success") break;
    candidates.push(...stage.steps);
  }
  const byId = new Map(steps.map((step) => [step.id, step]));
  const stateOf = new Map(states.map(({ stage, state }) => [stage.id, state]));
  const allowed = new Set<string>();
  const canEnd = (id: string): boolean => {
    const outcome = byId.get(id)?.outcome;
    if (outcome !== undefined) return outcome === "passed" || outcome === "replayed" || outcome === "skipped";
    const stage = stageOfStep.get(id);
    const state = stage && stateOf.get(stage.id);
    // Of a step that nobody knows nobody can say that it ends.
    if (state === undefined) return byId.has(id);
    return state === "ready" || state === "skipped" || allowed.has(id);
  };
  // Until nothing is added: a step may be listed before one that it needs.
  for (let before = -1; before < allowed.size;) {
    before = allowed.size;
    for (const id of candidates) {
      const step = byId.get(id);
      if (step?.isPure !== true || step.outcome !== undefined) continue;
      if ((step.needs ?? []).every(canEnd)) allowed.add(id);
    }
  }
  return candidates.filter((id) => allowed.has(id));
}

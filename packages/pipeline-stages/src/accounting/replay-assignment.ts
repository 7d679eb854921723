import type { StepOutcome } from "../evaluate-gate.ts";
import { hasFailed, hasRun, type PastRun } from "./history.ts";

/** One step of a run that is replayed. */
export interface ReplayedStep {
  readonly step: number;
  readonly seconds: number;
  /** Whether it closes the gate of its stage. */
  readonly closes: boolean;
}

/** The steps of a run that cost time, each with the place of its step in the list of steps. */
export interface ReplayedRun {
  readonly steps: readonly ReplayedStep[];
  readonly failed: boolean;
  /** Steps that did not run, and are taken to pass in their mean time. */
  readonly assumed: number;
}

const closesGate = (outcome: StepOutcome): boolean => hasFailed(outcome) || outcome === "inconclusive";

/**
 * Prepares runs for {@link replaySeconds}. A step that a closed gate kept from starting is taken to pass in its mean time, which
 * makes every assignment that would have run it look worse than it may have been, never better. Runs that were cancelled, and
 * not by a failure, are left out.
 */
export function prepareReplay(
  history: readonly PastRun[],
  placeOfStep: ReadonlyMap<string, number>,
  usualSeconds: ReadonlyMap<string, number>,
): readonly ReplayedRun[] {
  return history.flatMap((run): ReplayedRun[] => {
    const steps: ReplayedStep[] = [];
    let assumed = 0;
    for (const past of run.steps) {
      const step = placeOfStep.get(past.id);
      if (step === undefined) continue;
      if (hasRun(past)) steps.push({ step, seconds: past.seconds, closes: closesGate(past.outcome) });
      else if (past.outcome === "cancelled") {
        assumed++;
        steps.push({ step, seconds: usualSeconds.get(past.id) ?? 0, closes: false });
      }
    }
    const failed = steps.some(({ closes }) => closes);
    const wasCancelled = run.steps.some(({ outcome }) => outcome === "cancelled");
    const failedAnywhere = run.steps.some(({ outcome }) => closesGate(outcome));
    return wasCancelled && !failedAnywhere ? [] : [{ steps, failed, assumed }];
  });
}

/**
 * Seconds a run would have taken with each step in the stage given: stages one after another up to the first with a closed
 * gate, each taking the larger of its longest step and its steps' time over all slots, which no schedule undercuts.
 */
export function replaySeconds(
  { steps }: ReplayedRun,
  stageOfStep: ArrayLike<number>,
  stageCount: number,
  slots: number,
): number {
  const sums = new Float64Array(stageCount);
  const longest = new Float64Array(stageCount);
  let last = stageCount - 1;
  for (const { step, seconds, closes } of steps) {
    const stage = stageOfStep[step] ?? 0;
    sums[stage] = (sums[stage] ?? 0) + seconds;
    longest[stage] = Math.max(longest[stage] ?? 0, seconds);
    if (closes && stage < last) last = stage;
  }
  let total = 0;
  for (let stage = 0; stage <= last; stage++) total += Math.max((sums[stage] ?? 0) / slots, longest[stage] ?? 0);
  return total;
}

import type { StepsToRun } from "./steps-to-run.ts";

/** What a step is expected to take. */
export interface ExpectedDuration {
  /** As likely too long as too short, in milliseconds; `undefined` where no earlier run has timed it. */
  readonly predictedMs: number | undefined;
  /** Not exceeded nine times out of ten, in milliseconds, where a model says so. */
  readonly predictedUpperMs: number | undefined;
}

/** What a step is expected to take, by the model where it is ready, else by the plan. */
export function expectedDuration(
  stepId: string,
  { planned: { planned }, unknownDurations, forecast }: StepsToRun["schedule"],
): ExpectedDuration {
  const predicted = forecast?.predictions.get(stepId);
  const plan = unknownDurations.includes(stepId) ? undefined : planned.find(({ id }) => id === stepId);
  return {
    predictedMs: predicted?.p50Ms ?? (plan === undefined ? undefined : plan.finishMs - plan.startMs),
    predictedUpperMs: predicted?.p90Ms,
  };
}

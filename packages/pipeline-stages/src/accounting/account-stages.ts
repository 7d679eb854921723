import { estimateMean, type MeanEstimate } from "./estimate-mean.ts";
import { checkHistory, hasFailed, hasRun, meanSeconds, type PastRun, type PastStep, wasStopped } from "./history.ts";
import { wilsonInterval, type ShareEstimate } from "./wilson-interval.ts";

/** A stage as far as accounting needs it. */
export interface AccountedStage {
  readonly id: string;
  readonly steps: readonly string[];
}

/** What one stage caught and cost. Intervals are of 95 %. */
export interface StageAccount {
  readonly id: string;
  /** Runs in which a step of it ran. */
  readonly runs: number;
  /** Failing runs whose first failure it found. */
  readonly caught: number;
  /** The same as a share of all failing runs; undefined where no run failed. */
  readonly caughtShare: ShareEstimate | undefined;
  /** Share of the runs it ran in in which it found a failure, the first or not; undefined where it did not run. */
  readonly failingShare: ShareEstimate | undefined;
  /** Seconds its steps took, added up over all runs, also those that were cancelled. */
  readonly costSeconds: number;
  /** Seconds per run it ran in; undefined below five runs. */
  readonly costSecondsPerRun: MeanEstimate | undefined;
  /** Runs whose first failure it found, and that did not start a step of a later stage for it. */
  readonly stopped: number;
  /** Seconds that these steps would have taken by their mean duration in the history. */
  readonly savedSeconds: number;
  /** Seconds saved per run that it caught; undefined below five. */
  readonly savedSecondsPerCatch: MeanEstimate | undefined;
  /** Steps it kept from starting whose duration is not known, since they never ran; not in `savedSeconds`. */
  readonly unknownSteps: number;
}

/** What all stages caught and cost. */
export interface StageAccounts {
  readonly runs: number;
  /** Runs in which a step failed or timed out. */
  readonly failingRuns: number;
  /** Failing runs whose first failure was in none of the stages. */
  readonly uncaught: number;
  /** In the order given. */
  readonly stages: readonly StageAccount[];
}

/**
 * Accounts for stages from what happened: nothing here is assumed but the duration of steps that did not run.
 *
 * A step counts for the stage that the history says it was in, or for the one that has it now where that says nothing. The
 * first failure is that which ended first; where the history has no times, that of the earliest stage.
 *
 * @param history - finished runs in any order
 * @param stages - in their order
 * @throws {RangeError} `seconds` or `started` of a step is negative or not finite.
 */
export function accountStages(history: readonly PastRun[], stages: readonly AccountedStage[]): StageAccounts {
  checkHistory(history, "account for stages");
  const placeOfStage = new Map(stages.map(({ id }, place) => [id, place]));
  const placeOfStep = new Map(stages.flatMap(({ steps }, place) => steps.map((id) => [id, place] as const)));
  const placeOf = ({ id, stage }: PastStep): number | undefined =>
    stage === undefined ? placeOfStep.get(id) : placeOfStage.get(stage);
  const usual = meanSeconds(history);
  const drafts = stages.map(() => ({
    costs: [] as number[],
    cancelledSeconds: 0,
    failing: 0,
    saved: [] as number[],
    stopped: 0,
    unknownSteps: 0,
  }));
  let failingRuns = 0;
  let uncaught = 0;

  for (const { steps } of history) {
    const failures = steps.filter(({ outcome }) => hasFailed(outcome));
    const catcher = firstOf(failures, placeOf);
    if (failures.length > 0) failingRuns++;
    if (failures.length > 0 && catcher === undefined) uncaught++;
    for (const [place, draft] of drafts.entries()) {
      const own = steps.filter((step) => placeOf(step) === place);
      const seconds = own.reduce((sum, step) => sum + step.seconds, 0);
      if (own.some(hasRun)) draft.costs.push(seconds);
      else draft.cancelledSeconds += seconds;
      if (own.some(({ outcome }) => hasFailed(outcome))) draft.failing++;
    }
    const draft = catcher === undefined ? undefined : drafts[catcher];
    if (draft === undefined) continue;
    const kept = steps.filter((step) => wasStopped(step) && (placeOf(step) ?? -1) > (catcher ?? 0));
    if (kept.length > 0) draft.stopped++;
    draft.unknownSteps += kept.filter(({ id }) => !usual.has(id)).length;
    draft.saved.push(kept.reduce((sum, { id }) => sum + (usual.get(id) ?? 0), 0));
  }

  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    runs: history.length,
    failingRuns,
    uncaught,
    stages: stages.map(({ id }, place): StageAccount => {
      const draft = drafts[place];
      if (draft === undefined) throw new Error(`Cannot account: stage "${id}" has no place`);
      const { costs, saved, failing, stopped, unknownSteps, cancelledSeconds } = draft;
      return {
        id,
        runs: costs.length,
        caught: saved.length,
        caughtShare: wilsonInterval(saved.length, failingRuns),
        failingShare: wilsonInterval(failing, costs.length),
        costSeconds: sum(costs) + cancelledSeconds,
        costSecondsPerRun: estimateMean(costs),
        stopped,
        savedSeconds: sum(saved),
        savedSecondsPerCatch: estimateMean(saved),
        unknownSteps,
      };
    }),
  };
}

/** The stage of the first failure; undefined without one, and where that is in no stage. */
function firstOf(failures: readonly PastStep[], placeOf: (step: PastStep) => number | undefined): number | undefined {
  const isTimed = failures.every(({ started }) => started !== undefined);
  const key = (step: PastStep): number => (isTimed ? (step.started ?? 0) + step.seconds : (placeOf(step) ?? Infinity));
  let first: PastStep | undefined;
  for (const step of failures) if (first === undefined || key(step) < key(first)) first = step;
  return first && placeOf(first);
}

import { countOutcomes, estimateFailureProbability, fitFailurePrior, type PastRun } from "@ai-workflow/pipeline-stages";

/** Runs at the end of the history that probabilities of failing rest on: older ones say less of what steps do today. */
export const FAILURE_RUNS = 100;

/** How likely steps are to fail, by what they did. */
export interface FailureEstimates {
  /** Runs in which a step passed or failed. */
  readonly runs: number;
  /** Runs in which a step failed. */
  readonly failedRuns: number;
  /** From 0 to 1, never either: shrunk towards what the steps have in common, which stands for a step that never ran. */
  readonly probabilityOf: (stepId: string) => number;
  /** Whether the step itself has passed or failed. */
  readonly knows: (stepId: string) => boolean;
}

/**
 * Estimates from the latest {@link FAILURE_RUNS} runs how likely each step is to fail: from its own outcomes alone, shrunk. Pure.
 *
 * @param runs - oldest first
 */
export function estimateFailures(runs: readonly PastRun[]): FailureEstimates {
  const latest = runs.slice(-FAILURE_RUNS);
  const counts = countOutcomes(latest);
  const prior = fitFailurePrior(counts.values());
  const hasFailed = ({ steps }: PastRun): boolean =>
    steps.some(({ outcome }) => outcome === "failed" || outcome === "timed-out");
  const isTelling = (run: PastRun): boolean => hasFailed(run) || run.steps.some(({ outcome }) => outcome === "passed");
  return {
    runs: latest.filter(isTelling).length,
    failedRuns: latest.filter(hasFailed).length,
    probabilityOf: (stepId) => {
      const { passed = 0, failed = 0 } = counts.get(stepId) ?? {};
      return estimateFailureProbability(passed, failed, prior);
    },
    knows: (stepId) => counts.has(stepId),
  };
}

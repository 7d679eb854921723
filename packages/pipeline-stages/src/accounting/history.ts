import type { StepOutcome } from "../evaluate-gate.ts";

/** A step of a finished run; lines of the profiler's history have these fields. */
export interface PastStep {
  readonly id: string;
  readonly outcome: StepOutcome;
  /** Duration in seconds; 0 when it did not start. */
  readonly seconds: number;
  /** Start after the run's start in seconds; absent when it did not start, or it is not known. */
  readonly started?: number | undefined;
  /** The stage it was in. */
  readonly stage?: string | undefined;
}

/** A finished run. */
export interface PastRun {
  readonly steps: readonly PastStep[];
}

/** Whether an outcome is a failure found: what was cancelled or gave no conclusive result found none. */
export function hasFailed(outcome: StepOutcome): boolean {
  return outcome === "failed" || outcome === "timed-out";
}

/** Whether a step ran to an end of its own: only then do its outcome and duration say something about it. */
export function hasRun({ outcome }: PastStep): boolean {
  return outcome === "passed" || outcome === "inconclusive" || hasFailed(outcome);
}

/** Whether a step was to run but did not start, as behind a closed gate. */
export function wasStopped({ outcome, seconds, started }: PastStep): boolean {
  return outcome === "cancelled" && started === undefined && seconds === 0;
}

/** Mean duration in seconds of each step that ran. */
export function meanSeconds(history: readonly PastRun[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { seconds: number; runs: number }>();
  for (const { steps } of history) {
    for (const step of steps) {
      if (!hasRun(step)) continue;
      const sum = sums.get(step.id) ?? { seconds: 0, runs: 0 };
      sum.seconds += step.seconds;
      sum.runs++;
      sums.set(step.id, sum);
    }
  }
  return new Map([...sums].map(([id, { seconds, runs }]) => [id, seconds / runs]));
}

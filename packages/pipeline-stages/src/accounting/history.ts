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

/** Whether a step came to an end of its own: only then does its duration or outcome say something about it. */
export function hasRun({ outcome }: PastStep): boolean {
  return outcome === "passed" || outcome === "inconclusive" || hasFailed(outcome);
}

/** Whether an outcome is a failure found: what was cancelled or gave no conclusive result found none. */
export function hasFailed(outcome: StepOutcome): boolean {
  return outcome === "failed" || outcome === "timed-out";
}

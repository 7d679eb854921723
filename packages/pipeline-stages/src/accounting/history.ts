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

/**
 * Refuses a history with times that are none: a single one would make every sum nonsense.
 *
 * @param what - what cannot be done, for the message
 * @throws {RangeError} `seconds` or `started` of a step is negative or not finite.
 */
export function checkHistory(history: readonly PastRun[], what: string): void {
  for (const { steps } of history) {
    for (const { id, seconds, started = 0 } of steps) {
      if (seconds >= 0 && seconds < Infinity && started >= 0 && started < Infinity) continue;
      const field = seconds >= 0 && seconds < Infinity ? "started" : "seconds";
      const got = field === "seconds" ? seconds : started;
      throw new RangeError(`Cannot ${what}: \`${field}\` of step "${id}" must be a time of at least 0, got ${got}`);
    }
  }
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

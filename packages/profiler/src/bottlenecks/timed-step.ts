import type { RunRecord, StepRecord } from "../run-record.ts";

/** A step that started, with its times put within the run. */
export interface TimedStep {
  readonly step: StepRecord;
  /** First start, in milliseconds after the run's start. */
  readonly startedMs: number;
  /** End of the last attempt; that of the run where the step's own is unknown. */
  readonly finishedMs: number;
}

/** The steps that started, by start, then by end. Times outside the run, which only a damaged record has, are moved to its ends. */
export function timeSteps(record: Pick<RunRecord, "steps" | "durationMs">): readonly TimedStep[] {
  const within = (ms: number): number => Math.min(Math.max(ms, 0), record.durationMs);
  return record.steps
    .flatMap((step): readonly TimedStep[] => {
      if (step.startedMs === undefined) return [];
      const startedMs = within(step.startedMs);
      return [{ step, startedMs, finishedMs: Math.max(startedMs, within(step.finishedMs ?? record.durationMs)) }];
    })
    .toSorted((a, b) => a.startedMs - b.startedMs || a.finishedMs - b.finishedMs);
}

/** Time from start to end in milliseconds, retries and their pauses included. */
export function lengthOf(timed: TimedStep): number {
  return timed.finishedMs - timed.startedMs;
}

import type { RunRecord, StepRecord } from "../run-record.ts";
import type { Span } from "../span.ts";
import type { Stretch } from "./covered-ms.ts";
import { groupBy } from "./group-by.ts";

/** A step that started, with its times put within the run. */
export interface TimedStep {
  readonly step: StepRecord;
  /** First start, in milliseconds after the run's start. */
  readonly startedMs: number;
  /** End of the last attempt; that of the run where the step's own is unknown. */
  readonly finishedMs: number;
  /**
   * When it was at work, in order: its attempts. In the pauses between them its slot is free for others. One stretch from start to end where
   * there was one attempt, or the attempts are not known.
   */
  readonly attempts: readonly Stretch[];
}

/** The steps that started, by start, then by end. Times outside the run, which only a damaged record has, are moved to its ends. */
export function timeSteps(record: Pick<RunRecord, "steps" | "durationMs" | "spans">): readonly TimedStep[] {
  const within = (ms: number): number => Math.min(Math.max(ms, 0), record.durationMs);
  const attempts = groupBy(
    record.spans.filter(({ name, step }) => name === "attempt" && step !== undefined),
    ({ step }) => step,
  );
  return record.steps
    .flatMap((step): readonly TimedStep[] => {
      if (step.startedMs === undefined) return [];
      const startedMs = within(step.startedMs);
      const finishedMs = Math.max(startedMs, within(step.finishedMs ?? record.durationMs));
      const spans = step.attempts > 1 ? (attempts.get(step.id) ?? []) : [];
      return [{ step, startedMs, finishedMs, attempts: alignAttempts(spans, startedMs, finishedMs) }];
    })
    .toSorted((a, b) => a.startedMs - b.startedMs || a.finishedMs - b.finishedMs);
}

/**
 * Attempts between the start and the end of their step. Spans are read a little later than the times of steps; by how much is known at the
 * end of the last one.
 */
function alignAttempts(spans: readonly Span[], startedMs: number, finishedMs: number): readonly Stretch[] {
  const inOrder = spans.toSorted((a, b) => a.startMs - b.startMs);
  const lateMs = Math.max(0, (inOrder.at(-1)?.endMs ?? finishedMs) - finishedMs);
  const stretches: Stretch[] = [];
  let reachedMs = startedMs;
  inOrder.forEach((span, index) => {
    const fromMs = index === 0 ? startedMs : Math.min(Math.max(span.startMs - lateMs, reachedMs), finishedMs);
    const isLast = index === inOrder.length - 1;
    const endMs = isLast ? finishedMs : (span.endMs ?? fromMs) - lateMs;
    reachedMs = Math.min(Math.max(endMs, fromMs), finishedMs);
    stretches.push({ fromMs, toMs: reachedMs });
  });
  return stretches.length === 0 ? [{ fromMs: startedMs, toMs: finishedMs }] : stretches;
}

/** Time from start to end in milliseconds, retries and their pauses included. */
export function lengthOf(timed: TimedStep): number {
  return timed.finishedMs - timed.startedMs;
}

/** Part of a step: an attempt, or the pause after one. */
export interface StepPiece extends Stretch {
  readonly timed: TimedStep;
  readonly isPause: boolean;
  /**
   * When others could begin in its stead. The end of an attempt that is not the last one is known to about a millisecond only, so others that
   * began up to so much before it count as begun after it.
   */
  readonly freedMs: number;
}

/** How well the end of an attempt that is not the last one is known, in milliseconds. */
const PRECISION_MS = 1;

/** The pieces of all steps, by start, then by end; those of one step fill the time from its start to its end. */
export function cutIntoPieces(steps: readonly TimedStep[]): readonly StepPiece[] {
  return steps
    .flatMap((timed) =>
      timed.attempts.flatMap(({ fromMs, toMs }, index): readonly StepPiece[] => {
        const next = timed.attempts[index + 1];
        if (next === undefined) return [{ timed, isPause: false, fromMs, toMs, freedMs: toMs }];
        return [
          { timed, isPause: false, fromMs, toMs, freedMs: Math.max(fromMs, toMs - PRECISION_MS) },
          { timed, isPause: true, fromMs: toMs, toMs: next.fromMs, freedMs: next.fromMs },
        ];
      }),
    )
    .toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
}

/** Pieces in the order in which others could begin in their stead. */
export function byRelease(pieces: readonly StepPiece[]): readonly StepPiece[] {
  return pieces.toSorted((a, b) => a.freedMs - b.freedMs);
}

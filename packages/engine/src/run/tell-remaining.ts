import { confirmedBy } from "../scheduling/build-tasks.ts";
import type { RunEvent } from "./events.ts";
import type { StepsToRun } from "./steps-to-run.ts";
import { trackRemaining, type RemainingTracker } from "../scheduling/track-remaining.ts";

/**
 * Tells how much longer a run takes, in events.
 *
 * @param originMs - when the execution begins, in milliseconds after the run's start
 */
export function tellRemaining({ context, schedule, books }: StepsToRun, originMs: number): RemainingTracker {
  const { options, emit, elapsedMs } = context;
  const { graph, plan, unknownDurations, forecast } = schedule;
  return trackRemaining({
    graph,
    plan,
    unknown: new Set(unknownDurations),
    upperMs: (id) => forecast?.predictions.get(id)?.p90Ms ?? schedule.upperMs.get(id),
    now: () => elapsedMs() - originMs,
    setTimer(callback, delayMs): () => void {
      const timer = setTimeout(callback, delayMs).unref();
      return () => clearTimeout(timer);
    },
    tell({ expectedMs, upperMs, overdue }): void {
      // Steps that are being ended say nothing of how long they would have taken.
      if (options.signal?.aborted === true) return;
      const late = overdue.map((id) => confirmedBy(id) ?? id);
      const told = { type: "eta", atMs: elapsedMs(), expectedMs, upperMs, overdue: late } satisfies RunEvent;
      books.journal.append({ told, atMs: told.atMs });
      emit(told);
    },
  });
}

import type { WaitRecord } from "../run-record.ts";
import type { ExecutedLink } from "./bottleneck.ts";
import { byRelease, cutIntoPieces, type TimedStep } from "./timed-step.ts";

/**
 * What really determined the end, first to last: the step that ended last, before it the one whose end let it start, and so on. For a need
 * that is the step it names; for a resource, a group, a slot, a gate or the plan it is what ended last before the start, for the scheduler
 * starts steps when others end, be it with an attempt that is not the last one. A step that did not wait began with the run, and nothing is
 * before it. O(n log n) for n steps.
 *
 * @param steps - as `timeSteps` gives them
 */
export function findExecutedPath(steps: readonly TimedStep[]): readonly ExecutedLink[] {
  const byId = new Map(steps.map((timed) => [timed.step.id, timed]));
  const rank = new Map(steps.map((timed, index) => [timed, index]));
  // Of two steps without a length at the same time only one precedes the other, so that no path goes round in circles.
  const comesBefore = (timed: TimedStep, endMs: number, after: TimedStep): boolean =>
    endMs <= after.startedMs && (rank.get(timed) ?? 0) < (rank.get(after) ?? 0);
  const ends = byRelease(cutIntoPieces(steps)).filter(({ isPause }) => !isPause);
  const last = steps.reduce<TimedStep | undefined>(
    (latest, timed) => (latest === undefined || timed.finishedMs >= latest.finishedMs ? timed : latest),
    undefined,
  );
  const links: ExecutedLink[] = [];
  let position = ends.length - 1;
  for (let [timed, finishedMs] = [last, last?.finishedMs ?? 0]; timed !== undefined;) {
    const { step, startedMs } = timed;
    const wait = lastWait(step.waits);
    links.push({ stepId: step.id, startedMs, finishedMs, ...(wait !== undefined && { wait }) });
    if (wait === undefined) break;
    const after: TimedStep = timed;
    const named = wait.cause === "need" ? byId.get(wait.on) : undefined;
    if (named !== undefined && comesBefore(named, named.finishedMs, after)) {
      timed = named;
      finishedMs = named.finishedMs;
      continue;
    }
    // Starts only get earlier on the way back, so the position only goes down.
    let end = ends[position];
    while (end !== undefined && !comesBefore(end.timed, end.freedMs, after)) end = ends[--position];
    timed = end?.timed;
    finishedMs = Math.min(end?.toMs ?? 0, startedMs);
  }
  return links.toReversed();
}

function lastWait(waits: readonly WaitRecord[]): WaitRecord | undefined {
  return waits.reduce<WaitRecord | undefined>(
    (last, wait) => (last === undefined || wait.toMs >= last.toMs ? wait : last),
    undefined,
  );
}

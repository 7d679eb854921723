import type { WaitRecord } from "../run-record.ts";
import type { ExecutedLink } from "./bottleneck.ts";
import type { TimedStep } from "./timed-step.ts";

/**
 * What really determined the end, first to last: the step that ended last, before it the one whose end let it start, and so on. For a need
 * that is the step it names; for a resource, a group, a slot, a gate or the plan it is what ended last before the start, for the scheduler
 * starts steps when others end. A step that did not wait began with the run, and nothing is before it. O(n log n) for n steps.
 *
 * @param steps - as `timeSteps` gives them
 */
export function findExecutedPath(steps: readonly TimedStep[]): readonly ExecutedLink[] {
  const byId = new Map(steps.map((timed) => [timed.step.id, timed]));
  const rank = new Map(steps.map((timed, index) => [timed, index]));
  const byEnd = steps.toSorted((a, b) => a.finishedMs - b.finishedMs || (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  const links: ExecutedLink[] = [];
  let position = byEnd.length - 1;
  for (let timed = byEnd[position]; timed !== undefined;) {
    const { step, startedMs, finishedMs } = timed;
    const wait = lastWait(step.waits);
    links.push({ stepId: step.id, startedMs, finishedMs, ...(wait !== undefined && { wait }) });
    if (wait === undefined) break;
    const named = wait.cause === "need" ? byId.get(wait.on) : undefined;
    if (named !== undefined && precedes(named, timed, rank)) {
      timed = named;
      continue;
    }
    // Starts only get earlier on the way back, so the position only goes down.
    while (position >= 0 && !precedes(byEnd[position] as TimedStep, timed, rank)) position -= 1;
    timed = byEnd[position];
  }
  return links.toReversed();
}

/** Of two steps without a length at the same time only one precedes the other, so that no path goes round in circles. */
function precedes(before: TimedStep, after: TimedStep, rank: ReadonlyMap<TimedStep, number>): boolean {
  return before.finishedMs <= after.startedMs && (rank.get(before) ?? 0) < (rank.get(after) ?? 0);
}

function lastWait(waits: readonly WaitRecord[]): WaitRecord | undefined {
  return waits.reduce<WaitRecord | undefined>(
    (last, wait) => (last === undefined || wait.toMs >= last.toMs ? wait : last),
    undefined,
  );
}

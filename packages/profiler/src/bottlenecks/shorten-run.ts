import { lengthOf, type TimedStep } from "./timed-step.ts";

/**
 * When the last step would have ended, in milliseconds after the run's start, had some steps taken less time and everything else happened
 * in the same order: whatever began after the end of another step still does, with the same pause in between.
 *
 * What comes out can really be had: every need, group and gate is kept, as each is some end before some start. And steps that are at work at
 * the same time are so in pairs in the record as well, hence all of them together at one moment (intervals on a line that meet in pairs
 * have a point in common, Helly's theorem), when slots and resources sufficed. The scheduler may do better by changing the order, so this is
 * the gain at least. O(n log n) for n steps.
 *
 * @param steps - as `timeSteps` gives them
 * @param lengthsMs - new times from start to end by step; a longer one than recorded counts as the recorded one
 */
export function shortenRun(steps: readonly TimedStep[], lengthsMs: ReadonlyMap<string, number>): number {
  const rank = new Map(steps.map((timed, index) => [timed, index]));
  const byEnd = steps.toSorted((a, b) => a.finishedMs - b.finishedMs || (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  const newEnds = new Map<TimedStep, number>();
  let next = 0;
  let lastEndMs: number | undefined;
  let newLastEndMs = 0;
  let endMs = 0;
  for (const timed of steps) {
    // Ends in order; of steps without a length at this very time only those already seen.
    for (let ended = byEnd[next]; ended !== undefined && ended.finishedMs <= timed.startedMs; ended = byEnd[++next]) {
      const newEndMs = newEnds.get(ended);
      if (newEndMs === undefined) break;
      lastEndMs = ended.finishedMs;
      newLastEndMs = Math.max(newLastEndMs, newEndMs);
    }
    const earlierMs = lastEndMs === undefined ? 0 : lastEndMs - newLastEndMs;
    const lengthMs = Math.min(lengthsMs.get(timed.step.id) ?? Infinity, lengthOf(timed));
    const newEndMs = timed.startedMs - earlierMs + Math.max(0, lengthMs);
    newEnds.set(timed, newEndMs);
    endMs = Math.max(endMs, newEndMs);
  }
  return endMs;
}

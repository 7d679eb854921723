import { byRelease, cutIntoPieces, lengthOf, type StepPiece, type TimedStep } from "./timed-step.ts";

/**
 * When the last step would have ended, in milliseconds after the run's start, had some steps taken less time and everything else happened
 * in the same order: whatever began after the end of another step, or of an attempt, still does, with the same pause in between.
 *
 * What comes out can really be had: every need, group and gate is kept, as each is some end before some start. And attempts that are at work
 * at the same time are so in pairs in the record as well, hence all of them together at one moment (intervals on a line that meet in pairs
 * have a point in common, Helly's theorem), when slots and resources sufficed. The scheduler may do better by changing the order, so this is
 * the gain at least. O(n log n) for n steps and attempts.
 *
 * @param steps - as `timeSteps` gives them
 * @param lengthsMs - new times from start to end by step; what goes is taken from its first attempt first. A longer one than recorded counts
 * as the recorded one.
 */
export function shortenRun(steps: readonly TimedStep[], lengthsMs: ReadonlyMap<string, number>): number {
  const pieces = cutIntoPieces(steps);
  const released = byRelease(pieces);
  const toTake = new Map(
    steps.map((timed) => {
      const lengthMs = lengthOf(timed);
      return [timed, lengthMs - Math.min(Math.max(0, lengthsMs.get(timed.step.id) ?? Infinity), lengthMs)];
    }),
  );
  const newReleases = new Map<StepPiece, number>();
  let next = 0;
  let lastMs: number | undefined;
  let newLastMs = 0;
  let endMs = 0;
  for (const piece of pieces) {
    // Releases in order; of pieces without a length at this very time only those already seen.
    for (let ended = released[next]; ended !== undefined && ended.freedMs <= piece.fromMs; ended = released[++next]) {
      const newReleaseMs = newReleases.get(ended);
      if (newReleaseMs === undefined) break;
      lastMs = ended.freedMs;
      newLastMs = Math.max(newLastMs, newReleaseMs);
    }
    const earlierMs = lastMs === undefined ? 0 : lastMs - newLastMs;
    const lengthMs = piece.toMs - piece.fromMs;
    const takenMs = Math.min(toTake.get(piece.timed) ?? 0, lengthMs);
    toTake.set(piece.timed, (toTake.get(piece.timed) ?? 0) - takenMs);
    const newStartMs = piece.fromMs - earlierMs;
    const newEndMs = newStartMs + lengthMs - takenMs;
    newReleases.set(piece, Math.max(newStartMs, newEndMs - (piece.toMs - piece.freedMs)));
    endMs = Math.max(endMs, newEndMs);
  }
  return endMs;
}

/** Processes that ended between two readings of what all of them took together. */
export interface Ended {
  /** What was last seen of it and what it started, in milliseconds of CPU. */
  readonly seenMs: number;
  /** Time since it was last seen, or since it began, in milliseconds. */
  readonly unseenMs: number;
}

/**
 * Shares out CPU time of which only the sum is known: each gets what was last seen of it, and the rest goes by how long each was not
 * looked at. With one there is nothing to estimate.
 *
 * @param totalMs - the sum; when it is less than what was seen, everyone keeps that
 */
export function shareOut(totalMs: number, ended: readonly Ended[]): readonly number[] {
  const seenMs = ended.reduce((sum, one) => sum + one.seenMs, 0);
  const restMs = Math.max(0, totalMs - seenMs);
  const weight = ended.reduce((sum, one) => sum + one.unseenMs, 0);
  return ended.map((one) => one.seenMs + restMs * (weight > 0 ? one.unseenMs / weight : 1 / ended.length));
}

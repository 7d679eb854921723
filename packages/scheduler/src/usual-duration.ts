/** What a task without a duration is planned with, in milliseconds: the median of the known durations, or 1 if none is known. */
export function usualDurationMs(knownMs: Float64Array): number {
  const { length } = knownMs;
  if (length === 0) return 1;
  const sorted = knownMs.toSorted();
  return ((sorted[(length - 1) >> 1] as number) + (sorted[length >> 1] as number)) / 2;
}

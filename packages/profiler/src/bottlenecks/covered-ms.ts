/** A stretch of time. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Time that at least one of the stretches covers, in milliseconds. */
export function coveredMs(stretches: readonly Stretch[]): number {
  let sum = 0;
  let reachedMs = -Infinity;
  for (const { fromMs, toMs } of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const startMs = Math.max(fromMs, reachedMs);
    if (toMs <= startMs) continue;
    sum += toMs - startMs;
    reachedMs = toMs;
  }
  return sum;
}

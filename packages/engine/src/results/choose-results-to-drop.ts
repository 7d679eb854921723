/** One stored success: what its files take, and when it was stored. */
export interface StoredResult {
  readonly fingerprint: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly storedAtMs: number;
}

/** What the store may hold. */
export interface ResultLimits {
  readonly maxCount: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/**
 * Chooses the results to drop: all that are too old, then the oldest until the rest fits. Pure. A result dropped too early costs one
 * run of its step, never a wrong answer.
 */
export function chooseResultsToDrop(
  results: readonly StoredResult[],
  limits: ResultLimits,
  nowMs: number,
): readonly string[] {
  let keptCount = 0;
  let keptBytes = 0;
  const dropped: string[] = [];
  for (const result of results.toSorted((a, b) => b.storedAtMs - a.storedAtMs)) {
    const isTooOld = nowMs - result.storedAtMs > limits.maxAgeMs;
    if (isTooOld || keptCount >= limits.maxCount || keptBytes + result.sizeBytes > limits.maxBytes) {
      dropped.push(result.fingerprint);
      continue;
    }
    keptCount += 1;
    keptBytes += result.sizeBytes;
  }
  return dropped;
}

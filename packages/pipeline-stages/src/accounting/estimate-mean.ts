/** A mean with the interval that holds the true one in about 95 of 100 cases. */
export interface MeanEstimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Values below which an interval would say nothing. */
const FEWEST = 5;

const RESAMPLES = 1000;

/**
 * The mean of values with its 95 % interval by the percentile bootstrap (Efron 1979), which assumes no shape of distribution: times
 * are mostly small, with few large ones. Undefined with fewer than five values. Equal values give an equal interval: the resamples
 * come from a fixed seed. O(1000 n).
 */
export function estimateMean(values: readonly number[]): MeanEstimate | undefined {
  if (values.length < FEWEST) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const means = new Float64Array(RESAMPLES);
  let state = 1;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let total = 0;
    for (let draw = 0; draw < values.length; draw++) {
      // mulberry32 by Tommy Ettinger.
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      const random = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
      total += values[Math.floor(random * values.length)] ?? 0;
    }
    means[resample] = total / values.length;
  }
  means.sort();
  const at = (share: number): number => means[Math.round(share * (RESAMPLES - 1))] ?? 0;
  return { mean: sum / values.length, low: at(0.025), high: at(0.975) };
}

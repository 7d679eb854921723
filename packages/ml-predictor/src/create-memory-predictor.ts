import { createPredictor, type PredictorOptions } from "./create-predictor.ts";
import type { Query } from "./candidate.ts";
import type { Sample } from "./sample.ts";
import type { PredictorStatus } from "./status.ts";

/** Mebibytes stand where durations have seconds: the scale, whose smallest unit is a thousandth, then ends at a kibibyte. */
const MEBIBYTE = 2 ** 20;

/** How much memory a step will take at its peak. */
export interface MemoryPrediction {
  /** As likely too much as too little, in bytes. */
  readonly p50Bytes: number;
  /** Should suffice nine times out of ten, in bytes; never below `p50Bytes`. For admission. */
  readonly p90Bytes: number;
  /** Which rule gave it, and why that one. */
  readonly source: string;
  /** Runs of this step it rests on; 0 for a step never seen. */
  readonly runs: number;
}

/** Options of {@link createMemoryPredictor}: as for durations, but for the answer without history. */
export interface MemoryPredictorOptions extends Omit<PredictorOptions, "fallbackMs"> {
  /**
   * Answer, in bytes, while there is no history at all.
   * @defaultValue 268435456 (256 MiB)
   */
  readonly fallbackBytes?: number | undefined;
}

/** Predicts peak memory from a history it has learned. */
export interface MemoryPredictor {
  /**
   * How much memory a step will take. O(candidates²).
   * @throws TypeError when `step` is not a non-empty string.
   */
  predict(query: Query): MemoryPrediction;
  /** What it has learned and how good it has been; errors in seconds are mebibytes here. */
  status(): PredictorStatus;
}

/**
 * Predict the peak memory of steps as {@link createPredictor} predicts their durations: same rules, same back-test, same bounds. Learns from
 * samples with `peakMemoryBytes`; one that cannot be true (negative, not finite) is no sample, and others do not count.
 *
 * @throws RangeError when an option is out of range.
 * @throws PredictorError `ML_PREDICTOR_DUPLICATE_CANDIDATE` when two candidates share a name.
 */
export function createMemoryPredictor(
  samples: Iterable<Sample>,
  options: MemoryPredictorOptions = {},
): MemoryPredictor {
  const { fallbackBytes = 256 * MEBIBYTE, ...rest } = options;
  if (!(Number.isFinite(fallbackBytes) && fallbackBytes >= 0)) {
    throw new RangeError(
      `Cannot create a memory predictor: \`fallbackBytes\` must be a finite number of at least 0, got ${fallbackBytes}`,
    );
  }
  const measured: Sample[] = [];
  for (const sample of samples) {
    if (sample.peakMemoryBytes === undefined) continue;
    measured.push({ ...sample, seconds: sample.peakMemoryBytes / MEBIBYTE });
  }
  const predictor = createPredictor(measured, { ...rest, fallbackMs: (fallbackBytes / MEBIBYTE) * 1000 });
  return {
    predict(query) {
      const { p50Ms, p90Ms, source, runs } = predictor.predict(query);
      return { p50Bytes: (p50Ms / 1000) * MEBIBYTE, p90Bytes: (p90Ms / 1000) * MEBIBYTE, source, runs };
    },
    status: () => predictor.status(),
  };
}

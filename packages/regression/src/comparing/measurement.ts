/** What was measured of one run of one arm. What is missing was not measured. */
export interface Measurement {
  /** CPU time, user and system, of the process and the descendants it waited for, in milliseconds. */
  readonly cpuMs?: number | undefined;
  /** Wall time in milliseconds, of a clock that only goes forward. */
  readonly wallMs?: number | undefined;
  /** Highest resident memory of the process tree seen, in bytes. */
  readonly peakMemoryBytes?: number | undefined;
}

/** The quantities that are compared. */
export type Measure = keyof Measurement;

/** One run of each arm, close to each other in time. */
export interface Pair {
  /** What it is compared with. */
  readonly baseline: Measurement;
  /** What may have become faster or slower. */
  readonly compare: Measurement;
}

/** Every measure, the one to trust most first. */
export const MEASURES: readonly Measure[] = ["cpuMs", "wallMs", "peakMemoryBytes"];

/** Why a pair says nothing about a measure. */
export type UnusableReason =
  /** It was measured in neither arm, or in only one. */
  | "missing"
  /** Not a number, infinite, or not a number type at all. */
  | "not-finite"
  /** Zero or below: under the resolution of the clock, or a clock that jumped. */
  | "not-positive";

/** The logarithm of compare over baseline, or why there is none. */
export function logRatio(pair: Pair | undefined, measure: Measure): number | UnusableReason {
  const values: readonly unknown[] = [pair?.baseline?.[measure], pair?.compare?.[measure]];
  if (values.some((value) => value === undefined || value === null)) return "missing";
  const [baseline, compare] = values;
  if (!isFiniteNumber(baseline) || !isFiniteNumber(compare)) return "not-finite";
  if (baseline <= 0 || compare <= 0) return "not-positive";
  return Math.log(compare) - Math.log(baseline);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** How a step ended. Only the duration of a `passed` step says how long the step takes. */
export type Outcome = "passed" | "failed" | "timed-out" | "cancelled" | "inconclusive" | "replayed" | "skipped";

/** Something known before the step ran: input bytes, parallelism, cache state, … */
export type FeatureValue = number | string | boolean;

/** One step of one run, as it was measured. */
export interface Sample {
  /** The run it belongs to. Numbers are a sequence; names follow the order in which they first appear. */
  readonly run: number | string;
  /** When it ran, in seconds since 1970. Kept for information: runs are ordered by `run`, so a clock set back does no harm. */
  readonly time: number;
  /** The step's name. */
  readonly step: string;
  /** The kind of step (`tests`, `docs`, …); a step never seen before is predicted from others of its kind. */
  readonly kind?: string | undefined;
  /** The machine, or class of machine, it ran on. */
  readonly machine?: string | undefined;
  /** What was known before it ran. */
  readonly features?: Readonly<Record<string, FeatureValue>> | undefined;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** The most memory it held at a time, in bytes, where that was measured. */
  readonly peakMemoryBytes?: number | undefined;
  /** How it ended. */
  readonly outcome: Outcome;
}

/** Why a row was set aside: it cannot be true, or it does not say how long the step takes. */
export type SetAsideReason =
  /** Not JSON (a line cut in the middle), not an object, or without a usable `run`, `time` or `step`. */
  | "malformed"
  | "not-a-number"
  | "not-finite"
  | "negative"
  /** A point in time (or a difference to zero) where a duration belongs. */
  | "epoch-timestamp"
  /** No outcome, or one that is none of {@link Outcome}. */
  | "unknown-outcome"
  /** A known outcome other than `passed`. */
  | Exclude<Outcome, "passed">;

/** Rows set aside, by reason; reasons without rows are absent. */
export type SetAside = Readonly<Partial<Record<SetAsideReason, number>>>;

/** What {@link parseSamples} gives. */
export interface ParsedSamples {
  /** The rows to learn from, in the order they came. */
  readonly samples: readonly Sample[];
  /** How many rows were not used, by reason. */
  readonly setAside: SetAside;
}

/** Options of {@link parseSamples}. */
export interface ParseOptions {
  /**
   * Take a row without `outcome` as passed, for files that hold only the durations of passed steps.
   * @defaultValue false
   */
  readonly assumePassed?: boolean | undefined;
}

/** From here on a number of seconds is a point in time (after March 1973), not a duration (over three years). */
const EPOCH_FROM_SECONDS = 1e8;

const OUTCOMES: ReadonlySet<unknown> = new Set<Outcome>([
  "passed",
  "failed",
  "timed-out",
  "cancelled",
  "inconclusive",
  "replayed",
  "skipped",
]);

/**
 * Read history rows: lines of JSON, or rows already parsed. Rows that cannot be true, and durations of steps that did not pass, are
 * set aside and counted by reason. Blank lines are ignored. Never throws on what a row holds.
 *
 * @example
 * ```ts
 * parseSamples(['{"run":1,"time":0,"step":"lint","seconds":4.2,"outcome":"passed"}', '{"run":2,"ti']);
 * // { samples: [{ run: 1, … }], setAside: { malformed: 1 } }
 * ```
 */
export function parseSamples(lines: Iterable<unknown>, options: ParseOptions = {}): ParsedSamples {
  const samples: Sample[] = [];
  const setAside: Partial<Record<SetAsideReason, number>> = {};
  for (const line of lines) {
    if (typeof line === "string" && line.trim() === "") continue;
    const read = readRow(typeof line === "string" ? parseJson(line) : line, options.assumePassed ?? false);
    if (typeof read === "string") setAside[read] = (setAside[read] ?? 0) + 1;
    else samples.push(read);
  }
  return { samples, setAside };
}

/**
 * The samples run by run, runs in sequence: by number where every run is a number, else in the order in which runs first appear.
 * Rows of one run keep their order. O(n log n).
 */
export function groupByRun(samples: Iterable<Sample>): readonly (readonly Sample[])[] {
  const runs = new Map<number | string, Sample[]>();
  for (const sample of samples) {
    const rows = runs.get(sample.run);
    if (rows === undefined) runs.set(sample.run, [sample]);
    else rows.push(sample);
  }
  const ids = [...runs.keys()];
  if (!ids.every((id) => typeof id === "number")) return [...runs.values()];
  return [...runs].sort(([left], [right]) => Number(left) - Number(right)).map(([, rows]) => rows);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function readRow(row: unknown, assumePassed: boolean): Sample | SetAsideReason {
  if (!isObject(row)) return "malformed";
  const { run, time, step, kind, machine, features, seconds, peakMemoryBytes } = row;
  if (!(typeof run === "string" || Number.isFinite(run)) || !Number.isFinite(time)) return "malformed";
  if (typeof step !== "string" || step === "") return "malformed";
  const outcome = row["outcome"] ?? (assumePassed ? "passed" : undefined);
  if (!isOutcome(outcome)) return "unknown-outcome";
  // A replay or a failure is set aside for what it is, whatever duration it carries.
  if (outcome !== "passed") return outcome;
  if (typeof seconds !== "number" || Number.isNaN(seconds)) return "not-a-number";
  if (!Number.isFinite(seconds)) return "not-finite";
  if (Math.abs(seconds) >= EPOCH_FROM_SECONDS) return "epoch-timestamp";
  if (seconds < 0) return "negative";
  return {
    run: run as number | string,
    time: time as number,
    step,
    ...(typeof kind === "string" ? { kind } : {}),
    ...(typeof machine === "string" ? { machine } : {}),
    ...(isObject(features) ? { features: readFeatures(features) } : {}),
    seconds,
    ...(isBytes(peakMemoryBytes) ? { peakMemoryBytes } : {}),
    outcome,
  };
}

/** Only values a model can use; a missing one is better than an invented one. */
function readFeatures(features: Record<string, unknown>): Readonly<Record<string, FeatureValue>> {
  return Object.fromEntries(
    Object.entries(features).filter(
      (entry): entry is [string, FeatureValue] =>
        typeof entry[1] === "string" || typeof entry[1] === "boolean" || Number.isFinite(entry[1]),
    ),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A wrong figure of memory says nothing against the duration beside it. */
function isBytes(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isOutcome(value: unknown): value is Outcome {
  return OUTCOMES.has(value);
}

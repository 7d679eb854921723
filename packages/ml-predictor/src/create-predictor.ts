import { type BackTest, type BackTestOptions, DEFAULT_MIN_RUNS, roll } from "./back-test.ts";
import type { Query } from "./candidate.ts";
import type { Forecast, Forecaster } from "./forecaster.ts";
import { parseSamples, type Sample, type SetAside, type SetAsideReason } from "./sample.ts";
import { describeStatus, percent, type PredictorStatus } from "./status.ts";

/** Options of {@link createPredictor}. */
export interface PredictorOptions extends BackTestOptions {
  /** What `parseSamples` set aside, for the status. */
  readonly setAside?: SetAside | undefined;
  /**
   * Answer, in milliseconds, while there is no history at all.
   * @defaultValue 60000
   */
  readonly fallbackMs?: number | undefined;
}

/** How long a step will take. */
export interface Prediction {
  /** As likely too long as too short, in milliseconds. */
  readonly p50Ms: number;
  /** Should hold nine times out of ten, in milliseconds; never below `p50Ms`. How often it did is in the status. */
  readonly p90Ms: number;
  /** Which rule gave it, and why that one; a gain is in mean loss (see `loss`), about a share of the duration. */
  readonly source: string;
  /** Runs of this step it rests on; 0 for a step never seen. */
  readonly runs: number;
}

/** Predicts durations from a history it has learned. */
export interface Predictor {
  /**
   * How long a step will take. O(candidates²).
   * @throws TypeError when `step` is not a non-empty string.
   */
  predict(query: Query): Prediction;
  /** What it has learned, how good it has been, and which rules serve. */
  status(): PredictorStatus;
  /** The back-test behind the choice and the status. */
  readonly backTest: BackTest;
}

/**
 * Learn a history and predict from it, with the rules that were best on it. Rows that cannot be true are set aside here as well, so any
 * history gives finite predictions of at least 0; an empty one gives `fallbackMs`. O(rows · candidates²).
 *
 * @throws RangeError when an option is out of range.
 * @throws PredictorError `ML_PREDICTOR_DUPLICATE_CANDIDATE` when two candidates share a name.
 *
 * @example
 * ```ts
 * const { samples, setAside } = parseSamples(lines);
 * const predictor = createPredictor(samples, { setAside });
 * predictor.predict({ step: "unit-tests" }); // { p50Ms, p90Ms, source, runs }
 * ```
 */
export function createPredictor(samples: Iterable<Sample>, options: PredictorOptions = {}): Predictor {
  const { fallbackMs = 60_000, minRuns = DEFAULT_MIN_RUNS } = options;
  if (!(Number.isFinite(fallbackMs) && fallbackMs >= 0)) {
    throw new RangeError(
      `Cannot create a predictor: \`fallbackMs\` must be a finite number of at least 0, got ${fallbackMs}`,
    );
  }
  const parsed = parseSamples(samples);
  const { backTest, forecaster } = roll(parsed.samples, options);
  const setAside = addCounts(options.setAside ?? {}, parsed.setAside);
  return {
    backTest,
    predict(query) {
      if (typeof query.step !== "string" || query.step === "") {
        throw new TypeError(`Cannot predict: \`step\` must be a non-empty string, got ${JSON.stringify(query.step)}`);
      }
      const forecast = forecaster.forecast(query);
      const nothing = forecast.from.type === "nothing";
      return {
        p50Ms: nothing ? fallbackMs : forecast.p50Seconds * 1000,
        p90Ms: nothing ? fallbackMs : forecast.p90Seconds * 1000,
        source: describeSource(forecast, forecaster),
        runs: forecaster.runsOf(query.step),
      };
    },
    status() {
      const steps = forecaster.stepsByCandidate();
      const rules = forecaster.candidates.map(({ name }, place) => ({
        name,
        steps: steps[place]!,
        isDefault: place === forecaster.byDefault,
      }));
      return describeStatus({ backTest, minRuns, setAside, rules });
    },
  };
}

/** Which rule gave a forecast, and why that one. */
export function describeSource(
  { from }: Pick<Forecast, "from">,
  forecaster: Pick<Forecaster, "candidates" | "byDefault" | "enoughRuns" | "runs">,
): string {
  if (from.type === "nothing") return "no history yet: the fallback";
  if (from.type === "group") {
    const ofKind = from.kind === undefined ? "" : ` of kind ${from.kind}`;
    return `never seen: median of ${from.steps} ${from.steps === 1 ? "step" : "steps"}${ofKind}`;
  }
  if (from.type === "newcomer") return `never seen: ${forecaster.candidates[from.candidate]!.name}, from other steps`;
  const { name } = forecaster.candidates[from.choice.candidate]!;
  const drawn = from.drawnToGroup ? "; few runs, drawn towards its group" : "";
  if (!forecaster.enoughRuns) return `${name}: too few runs (${forecaster.runs}) to compare rules${drawn}`;
  if (from.type === "default") return `${name}: best over all steps${drawn}`;
  const byDefault = forecaster.candidates[forecaster.byDefault]!.name;
  const gain = `${percent(from.choice.gain)} ± ${percent(from.choice.standardError)}`;
  return `${name}: better than ${byDefault} here by ${gain} over ${from.scored} predictions${drawn}`;
}

function addCounts(left: SetAside, right: SetAside): SetAside {
  const sum: Partial<Record<SetAsideReason, number>> = { ...left };
  for (const [reason, rows] of Object.entries(right) as [SetAsideReason, number][])
    sum[reason] = (sum[reason] ?? 0) + rows;
  return sum;
}

import type { Candidate } from "./candidate.ts";
import { type Forecast, Forecaster } from "./forecaster.ts";
import { relativeError } from "./log-ratio.ts";
import { machineRules, simpleRules } from "./rules.ts";
import { groupByRun, type Sample } from "./sample.ts";

/** From this many runs on the back-test decides; below, the first candidate serves. */
export const DEFAULT_MIN_RUNS = 10;

/** How good predictions were. Shares lie between 0 and 1. */
export interface Scores {
  /** Outcomes scored. */
  readonly rows: number;
  /** Mean absolute error in seconds. */
  readonly maeSeconds: number;
  /** Median of |predicted − actual| / actual (outcomes under a millisecond count as one); 0.034 is 3.4 %. */
  readonly medianApe: number;
  /** Share of predictions that were at most 20 % of the outcome off. */
  readonly within20: number;
  /** Share of outcomes that took at most `p90`. */
  readonly p90Coverage: number;
}

/** The back-test of one candidate. */
export interface CandidateBackTest {
  /** The candidate's name. */
  readonly name: string;
  /** Over all scored outcomes; `undefined` when there were none. */
  readonly total: Scores | undefined;
  /** By step; only steps with a scored outcome. */
  readonly steps: ReadonlyMap<string, Scores>;
  /** What it predicted for each of the rows, in seconds; NaN where the step had not been seen. */
  readonly p50Seconds: Float64Array;
  /** The upper bound for each of the rows, in seconds; NaN where the step had not been seen. */
  readonly p90Seconds: Float64Array;
}

/** What {@link backTest} gives. */
export interface BackTest {
  /** Runs in the history. */
  readonly runs: number;
  /** Runs that were scored: the last ones. */
  readonly scoredRuns: number;
  /** The samples in the order they were predicted. */
  readonly rows: readonly Sample[];
  /** Each candidate on its own, used for every step. */
  readonly candidates: readonly CandidateBackTest[];
  /** What would have been served: the rule chosen at that time from earlier runs alone, with few-run steps drawn to their group. */
  readonly served: CandidateBackTest;
}

/** Options of {@link backTest}. */
export interface BackTestOptions {
  /**
   * Who takes part. The first serves until there are `minRuns` runs.
   * @defaultValue `simpleRules`, and `machineRules` when any sample names a machine
   */
  readonly candidates?: readonly Candidate[] | undefined;
  /**
   * Share of the runs, from the first on, that are learned but not scored; 0 up to but not including 1.
   * @defaultValue 0.5
   */
  readonly warmUpShare?: number | undefined;
  /**
   * Runs needed before the choice of rules follows the back-test.
   * @defaultValue 10
   */
  readonly minRuns?: number | undefined;
}

/**
 * Score candidates as they would have done: every run is predicted from earlier runs only (rolling origin), then learned. Outcomes of
 * steps never seen before are not scored. O(rows · (candidates² + log rows)).
 *
 * Source: L. J. Tashman, "Out-of-sample tests of forecasting accuracy", International Journal of Forecasting 16 (2000).
 *
 * @throws RangeError when an option is out of range.
 * @throws PredictorError `ML_PREDICTOR_DUPLICATE_CANDIDATE` when two candidates share a name.
 */
export function backTest(samples: Iterable<Sample>, options: BackTestOptions = {}): BackTest {
  return roll(samples, options).backTest;
}

/** The back-test, and the forecaster as it stands after the last run. */
export function roll(
  samples: Iterable<Sample>,
  options: BackTestOptions,
): { readonly backTest: BackTest; readonly forecaster: Forecaster } {
  const { warmUpShare = 0.5, minRuns = DEFAULT_MIN_RUNS } = options;
  if (!(warmUpShare >= 0 && warmUpShare < 1)) {
    throw new RangeError(`Cannot back-test: \`warmUpShare\` must be at least 0 and below 1, got ${warmUpShare}`);
  }
  if (!(Number.isInteger(minRuns) && minRuns >= 1)) {
    throw new RangeError(`Cannot back-test: \`minRuns\` must be a whole number of at least 1, got ${minRuns}`);
  }
  const runs = groupByRun(samples);
  const rows = runs.flat();
  const namesMachines = rows.some(({ machine }) => machine !== undefined);
  const candidates = options.candidates ?? (namesMachines ? [...simpleRules, ...machineRules] : simpleRules);
  const forecaster = new Forecaster(candidates, minRuns);
  const columns = [...candidates.map(({ name }) => name), "served"].map((name) => ({
    name,
    p50Seconds: new Float64Array(rows.length).fill(Number.NaN),
    p90Seconds: new Float64Array(rows.length).fill(Number.NaN),
  }));
  const served = columns.pop()!;
  const warmUpRuns = Math.floor(runs.length * warmUpShare);
  let next = 0;
  let firstScored = 0;
  for (const [place, run] of runs.entries()) {
    if (place === warmUpRuns) firstScored = next;
    const forecasts: Forecast[] = [];
    for (const row of run) {
      const forecast = forecaster.forecast(row);
      forecasts.push(forecast);
      for (let candidate = 0; candidate < forecast.byCandidate.length; candidate += 1) {
        const seconds = forecast.byCandidate[candidate]!;
        columns[candidate]!.p50Seconds[next] = seconds;
        columns[candidate]!.p90Seconds[next] = forecaster.boundOf(candidate, row.step, forecast);
      }
      if (forecast.byCandidate.length > 0) {
        served.p50Seconds[next] = forecast.p50Seconds;
        served.p90Seconds[next] = forecast.p90Seconds;
      }
      next += 1;
    }
    forecaster.learnRun(run, forecasts);
  }
  const scored = scoredRows(rows, firstScored, served.p50Seconds);
  const finish = (column: typeof served): CandidateBackTest => ({
    ...column,
    total: score(scored.all, rows, column),
    steps: new Map([...scored.bySteps].map(([step, places]) => [step, score(places, rows, column)!])),
  });
  return {
    forecaster,
    backTest: {
      runs: runs.length,
      scoredRuns: runs.length - warmUpRuns,
      rows,
      candidates: columns.map(finish),
      served: finish(served),
    },
  };
}

function scoredRows(rows: readonly Sample[], from: number, predicted: Float64Array) {
  const all: number[] = [];
  const bySteps = new Map<string, number[]>();
  for (let place = from; place < rows.length; place += 1) {
    if (Number.isNaN(predicted[place])) continue;
    all.push(place);
    const places = bySteps.get(rows[place]!.step);
    if (places === undefined) bySteps.set(rows[place]!.step, [place]);
    else places.push(place);
  }
  return { all, bySteps };
}

function score(
  places: readonly number[],
  rows: readonly Sample[],
  column: { readonly p50Seconds: Float64Array; readonly p90Seconds: Float64Array },
): Scores | undefined {
  if (places.length === 0) return undefined;
  const errors = new Float64Array(places.length);
  let sumSeconds = 0;
  let within = 0;
  let covered = 0;
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index]!;
    const { seconds } = rows[place]!;
    const predicted = column.p50Seconds[place]!;
    const error = relativeError(predicted, seconds);
    errors[index] = error;
    sumSeconds += Math.abs(predicted - seconds);
    if (error <= 0.2) within += 1;
    if (seconds <= column.p90Seconds[place]!) covered += 1;
  }
  errors.sort();
  const middle = errors.length >> 1;
  return {
    rows: places.length,
    maeSeconds: sumSeconds / places.length,
    medianApe: errors.length % 2 === 1 ? errors[middle]! : (errors[middle - 1]! + errors[middle]!) / 2,
    within20: within / places.length,
    p90Coverage: covered / places.length,
  };
}

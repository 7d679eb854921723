import { WORST_LOSS } from "../choose-rule.ts";
import { FEATURE_VERSION, LEVELS } from "../features/columns.ts";
import { predictColumns } from "../trees/predict-trees.ts";
import { trainTrees } from "../trees/train-trees.ts";
import type { TrainingData, TrainingOptions } from "../trees/training-data.ts";
import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { coarsen } from "./coarsen.ts";
import { mergeEnsembles } from "./merge-ensembles.ts";

/** A step as it was described before it ran, and what came of it. */
export interface ModelRow {
  /** A number for its run; rows of a run stand together. */
  readonly run: number;
  /** Values of the columns there were at that time; later ones are missing. */
  readonly values: Float32Array;
  /** The estimates named in `LEVELS`. */
  readonly levels: Float64Array;
  /** The logarithm of the duration. */
  readonly log: number;
}

/** A trained model: trees that add to an estimate which history gives without them, for the median and for the upper quantile. */
export interface TrainedModel {
  /** `FEATURE_VERSION` of the columns. */
  readonly featureVersion: number;
  /** Names of the columns, as many as the trees have features. */
  readonly columns: readonly string[];
  /** The estimate of `LEVELS` to which the trees add. */
  readonly level: (typeof LEVELS)[number];
  /** Two targets: what to add for the median, and for the upper quantile (natural logarithms). */
  readonly ensemble: TreeEnsemble;
  /** Rows it was trained on. */
  readonly rows: number;
  /** Runs they came from. */
  readonly runs: number;
  /** Trees for the median; 0 where they did not do better than the estimate alone. */
  readonly trees: number;
  /** For each column its share of what these trees gained; adds up to 1, or all 0 without any. */
  readonly importance: Float64Array;
}

/** Fewer rows teach nothing. */
export const FEWEST_TRAINING_ROWS = 60;
/** The upper quantile that the second target stands for. */
export const UPPER_TARGET = 0.9;
/** Beyond this distance (natural logarithm) an outcome is odd, and how odd teaches nothing. */
const ODDEST = 3;
/** Share of the rows, the newest, on which it is decided how many trees there are and whether they are worth it. */
const VALIDATION_SHARE = 0.25;

/** What suits histories of steps, which are short and noisy: small trees, large leaves. Tuned on first halves only. */
export const MODEL_TRAINING: TrainingOptions = {
  iterations: 120,
  maxLeaves: 12,
  minRowsInLeaf: 25,
  l2: 5,
  featureShare: 0.7,
  maxBins: 64,
  patience: 15,
};

/**
 * Train on rows in order of time; newer ones count more, the oldest half as much as the newest. Trees start from one of the estimates
 * that need no model: the last value, unless another one's gain over the runs exceeds the standard error of that gain. Likewise trees for
 * the median are kept only if on the newest runs, unseen by them, their gain exceeds its standard error. Runs are what varies there,
 * not rows, for the rows of a run are slow or fast together. `undefined` where there are too few rows. Deterministic.
 *
 * @throws RangeError when `training` is out of range.
 */
export function trainModel(
  rows: readonly ModelRow[],
  columns: readonly string[],
  training: TrainingOptions = MODEL_TRAINING,
): TrainedModel | undefined {
  if (rows.length < FEWEST_TRAINING_ROWS) return undefined;
  const runs = Int32Array.from(rows, ({ run }) => run);
  const weights = Float64Array.from(rows, (_, place) => 0.5 ** (1 - (place + 1) / rows.length));
  const level = chooseLevel(rows, weights);
  const values = Float64Array.from(rows, (row) => Math.min(Math.max(row.log - row.levels[level]!, -ODDEST), ODDEST));
  const described = columns.map((_, column) =>
    coarsen(
      Float32Array.from(rows, (row) => row.values[column] ?? Number.NaN),
      runs,
    ),
  );
  const dataFor = (...quantiles: readonly number[]): TrainingData => ({
    columns: described,
    targets: quantiles.map((quantile) => ({ values, loss: { type: "quantile", level: quantile } })),
    weights,
  });
  const search = { ...training, validationShare: VALIDATION_SHARE, refit: false };
  const fit = { ...training, validationShare: 0 };

  const searched = trainTrees(dataFor(0.5, UPPER_TARGET), search);
  const from = rows.length - Math.floor(rows.length * VALIDATION_SHARE);
  const added = predictColumns(
    searched.ensemble,
    described.map((column) => column.subarray(from)),
  );
  const isWorthIt = isGain(
    sumByRun(runs.subarray(from), undefined, (row) => {
      const value = values[from + row]!;
      return lossOf(value) - lossOf(value - added[2 * row]!);
    }),
  );
  const [medianTrees, upperTrees] = searched.targets.map(({ iterations }) => iterations);
  const trees = isWorthIt ? medianTrees! : 0;
  const median = trees === 0 ? undefined : trainTrees(dataFor(0.5), { ...fit, iterations: trees });
  const upper = trainTrees(dataFor(UPPER_TARGET), { ...fit, iterations: Math.max(1, upperTrees!) });
  return {
    featureVersion: FEATURE_VERSION,
    columns: [...columns],
    level: LEVELS[level]!,
    ensemble: mergeEnsembles([median?.ensemble ?? nothing(columns.length), upper.ensemble]),
    rows: rows.length,
    runs: new Set(runs).size,
    trees,
    importance: median?.importance ?? new Float64Array(columns.length),
  };
}

function lossOf(distance: number): number {
  return Math.min(Math.abs(distance), WORST_LOSS);
}

function chooseLevel(rows: readonly ModelRow[], weights: Float64Array): number {
  const runs = Int32Array.from(rows, ({ run }) => run);
  let best = 0;
  for (let level = 1; level < LEVELS.length; level += 1) {
    const gains = sumByRun(runs, weights, (row) => {
      const { levels, log } = rows[row]!;
      return lossOf(levels[best]! - log) - lossOf(levels[level]! - log);
    });
    if (isGain(gains)) best = level;
  }
  return best;
}

interface RunGain {
  readonly weight: number;
  readonly gain: number;
}

function sumByRun(
  runs: Int32Array,
  weights: Float64Array | undefined,
  gainOf: (row: number) => number,
): readonly RunGain[] {
  const byRun = new Map<number, RunGain>();
  for (let row = 0; row < runs.length; row += 1) {
    const before = byRun.get(runs[row]!);
    const weight = weights?.[row] ?? 1;
    byRun.set(runs[row]!, {
      weight: (before?.weight ?? 0) + weight,
      gain: (before?.gain ?? 0) + weight * gainOf(row),
    });
  }
  return [...byRun.values()];
}

/**
 * Whether the mean gain a row exceeds its standard error, that of a ratio of sums over runs (W. G. Cochran, "Sampling Techniques",
 * section 6.4).
 */
function isGain(runs: readonly RunGain[]): boolean {
  if (runs.length < 2) return false;
  let [weight, sum] = [0, 0];
  for (const run of runs) {
    weight += run.weight;
    sum += run.gain;
  }
  const mean = sum / weight;
  let squares = 0;
  for (const run of runs) squares += (run.gain - mean * run.weight) ** 2;
  const standardError = Math.sqrt((squares * runs.length) / (runs.length - 1)) / weight;
  // The last digits of a sum are not a gain.
  return mean > standardError + 1e-12;
}

/** An ensemble of no trees. */
function nothing(featureCount: number): TreeEnsemble {
  return {
    featureCount,
    targetCount: 1,
    baseValues: new Float32Array(1),
    roots: new Int32Array(0),
    features: new Int32Array(0),
    thresholds: new Float32Array(0),
    lefts: new Int32Array(0),
    rights: new Int32Array(0),
    missingLeft: new Uint8Array(0),
    targets: new Int32Array(0),
    values: new Float32Array(0),
  };
}

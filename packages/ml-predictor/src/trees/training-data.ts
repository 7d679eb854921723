import { type Column, MOST_BINS } from "./bin-columns.ts";
import type { LossName } from "./losses.ts";

/** Numbers above this leave no room for sums in float32. */
export const LARGEST_TARGET = 1e37;

/** What a model is to predict. */
export interface TrainingTarget {
  /** The outcome of each row; finite, at most 1e37 from 0. Several targets may share one array, such as for two quantiles. */
  readonly values: Column;
  readonly loss: LossName;
}

/** Rows to learn from, by column, oldest first: the order is that in which they happened. */
export interface TrainingData {
  /**
   * The features, one column each, all equally long; NaN where a row lacks the feature. Only their order matters, not their scale.
   * Categories must be turned into numbers first, by what earlier rows of that category came to (ordered target statistics:
   * L. Prokhorenkova et al., "CatBoost", NeurIPS 2018): trees split by at most and above, which every runtime can evaluate.
   */
  readonly columns: readonly Column[];
  /** What to predict; one or more. */
  readonly targets: readonly TrainingTarget[];
  /**
   * How much each row counts, relative to the others; at least 0, not all 0.
   * @defaultValue all the same
   */
  readonly weights?: Column | undefined;
}

/** Options of `trainTrees`. Whole numbers where counts are meant. */
export interface TrainingOptions {
  /**
   * Rounds of boosting at most, each one tree a target; 1 to 100,000.
   * @defaultValue 150
   */
  readonly iterations?: number | undefined;
  /**
   * Part of each tree's values that is taken; above 0, at most 1. Smaller is slower and usually better.
   * @defaultValue 0.1
   */
  readonly learningRate?: number | undefined;
  /**
   * Leaves of a tree at most; 2 to 65,536.
   * @defaultValue 31
   */
  readonly maxLeaves?: number | undefined;
  /**
   * Rows in a leaf at least; from 1.
   * @defaultValue 20
   */
  readonly minRowsInLeaf?: number | undefined;
  /**
   * A split must gain more than this, in squared gradients; from 0.
   * @defaultValue 0
   */
  readonly minGain?: number | undefined;
  /**
   * Draws leaves towards 0 as that many rows (of mean weight) without a residual would; from 0.
   * @defaultValue 1
   */
  readonly l2?: number | undefined;
  /**
   * Share of the rows that each tree sees; above 0, at most 1 (J. H. Friedman, "Stochastic gradient boosting", 2002).
   * @defaultValue 0.8
   */
  readonly rowShare?: number | undefined;
  /**
   * Share of the features that each tree sees, at least one; above 0, at most 1.
   * @defaultValue 1
   */
  readonly featureShare?: number | undefined;
  /**
   * Bins of a feature at most, not counting the one for missing values; 2 to 255.
   * @defaultValue 127
   */
  readonly maxBins?: number | undefined;
  /**
   * Decides which rows and features are seen. The same seed, data and options give the same trees.
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
  /**
   * Share of the rows, the last ones, that are held back to find how many rounds are best; 0 (all rounds are kept) up to but not
   * including 1. Below 20 rows held back they could not tell, and all rounds are kept.
   * @defaultValue 0.2
   */
  readonly validationShare?: number | undefined;
  /**
   * Rounds without improvement on the rows held back after which the search ends; from 1.
   * @defaultValue 20
   */
  readonly patience?: number | undefined;
  /**
   * Whether to train again on all rows once the best number of rounds is known: the newest rows tell most of the future.
   * @defaultValue true
   */
  readonly refit?: boolean | undefined;
}

/** Options with every default in place. */
export type ResolvedTrainingOptions = {
  readonly [Name in keyof TrainingOptions]-?: NonNullable<TrainingOptions[Name]>;
};

/**
 * Check options and fill in defaults.
 *
 * @throws RangeError when an option is out of range.
 */
export function resolveTrainingOptions(options: TrainingOptions): ResolvedTrainingOptions {
  const resolved: ResolvedTrainingOptions = {
    iterations: options.iterations ?? 150,
    learningRate: options.learningRate ?? 0.1,
    maxLeaves: options.maxLeaves ?? 31,
    minRowsInLeaf: options.minRowsInLeaf ?? 20,
    minGain: options.minGain ?? 0,
    l2: options.l2 ?? 1,
    rowShare: options.rowShare ?? 0.8,
    featureShare: options.featureShare ?? 1,
    maxBins: options.maxBins ?? 127,
    seed: options.seed ?? 1,
    validationShare: options.validationShare ?? 0.2,
    patience: options.patience ?? 20,
    refit: options.refit ?? true,
  };
  whole("iterations", resolved.iterations, 1, 100_000);
  share("learningRate", resolved.learningRate);
  whole("maxLeaves", resolved.maxLeaves, 2, 65_536);
  whole("minRowsInLeaf", resolved.minRowsInLeaf, 1, Number.MAX_SAFE_INTEGER);
  notNegative("minGain", resolved.minGain);
  notNegative("l2", resolved.l2);
  share("rowShare", resolved.rowShare);
  share("featureShare", resolved.featureShare);
  whole("maxBins", resolved.maxBins, 2, MOST_BINS);
  whole("seed", resolved.seed, 0, Number.MAX_SAFE_INTEGER);
  if (!(resolved.validationShare >= 0 && resolved.validationShare < 1)) {
    throw refusal(`\`validationShare\` must be at least 0 and below 1, got ${resolved.validationShare}`);
  }
  whole("patience", resolved.patience, 1, Number.MAX_SAFE_INTEGER);
  return resolved;
}

/**
 * Check data.
 *
 * @returns the number of rows
 * @throws RangeError when there is nothing to learn from, columns differ in length, or a target, weight or level is out of range.
 */
export function checkTrainingData({ columns, targets, weights }: TrainingData): number {
  if (columns.length === 0) throw refusal("`columns` must hold at least one feature, got none");
  if (targets.length === 0) throw refusal("`targets` must hold at least one, got none");
  const rowCount = targets[0]!.values.length;
  if (rowCount === 0) throw refusal("there must be at least one row, got none");
  for (const [feature, column] of columns.entries()) {
    if (column.length !== rowCount)
      throw refusal(`column ${feature} must have ${rowCount} rows like the targets, got ${column.length}`);
  }
  for (const [place, { values, loss }] of targets.entries()) {
    if (values.length !== rowCount)
      throw refusal(`target ${place} must have ${rowCount} rows like the first, got ${values.length}`);
    for (let row = 0; row < rowCount; row += 1) {
      if (!(Math.abs(values[row]!) <= LARGEST_TARGET)) {
        throw refusal(
          `target ${place} must be finite and at most ${LARGEST_TARGET} from 0, got ${values[row]} in row ${row}`,
        );
      }
    }
    const level = loss.type === "quantile" || loss.type === "huber" ? loss.level : undefined;
    if (level !== undefined && !(level > 0 && level < 1)) {
      throw refusal(`\`level\` of target ${place} must be above 0 and below 1, got ${level}`);
    }
  }
  if (weights !== undefined) checkWeights(weights, rowCount);
  return rowCount;
}

function checkWeights(weights: Column, rowCount: number): void {
  if (weights.length !== rowCount)
    throw refusal(`\`weights\` must have ${rowCount} rows like the targets, got ${weights.length}`);
  let sum = 0;
  for (let row = 0; row < rowCount; row += 1) {
    if (!(weights[row]! >= 0)) throw refusal(`\`weights\` must be at least 0, got ${weights[row]} in row ${row}`);
    sum += weights[row]!;
  }
  if (!(sum > 0 && Number.isFinite(sum))) throw refusal(`\`weights\` must have a finite sum above 0, got ${sum}`);
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw refusal(`\`${name}\` must be a whole number from ${least} to ${most}, got ${value}`);
  }
}

function share(name: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw refusal(`\`${name}\` must be above 0 and at most 1, got ${value}`);
}

function notNegative(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) throw refusal(`\`${name}\` must be finite and at least 0, got ${value}`);
}

function refusal(why: string): RangeError {
  return new RangeError(`Cannot train trees: ${why}`);
}

import { type BinnedColumns, binColumns } from "./bin-columns.ts";
import { createRandom, sampleSorted } from "./create-random.ts";
import { EnsembleBuilder } from "./ensemble-builder.ts";
import { type GrownTree, TreeGrower } from "./grow-tree.ts";
import { createLoss, type Loss } from "./losses.ts";
import {
  checkTrainingData,
  type ResolvedTrainingOptions,
  resolveTrainingOptions,
  type TrainingData,
  type TrainingOptions,
} from "./training-data.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

/** With fewer rows held back, when to stop would be left to chance. */
export const FEWEST_VALIDATION_ROWS = 20;

/** How far training is; given after each round. */
export interface TrainingProgress {
  /** The target that is being trained, from 0. */
  readonly target: number;
  readonly targetCount: number;
  /** `search` finds how many rounds are best, the last rows held back; `fit` trains on all rows. */
  readonly phase: "search" | "fit";
  /** Rounds done in this phase, from 1. */
  readonly iteration: number;
  /** Rounds at most in this phase. */
  readonly iterations: number;
  /** Mean loss over the rows trained on, in the unit of the loss. */
  readonly trainingLoss: number;
  /** Mean loss over the rows held back; `undefined` in phase `fit`. */
  readonly validationLoss: number | undefined;
}

/** How the training of one target went. */
export interface TargetReport {
  /** Rounds in the model. */
  readonly iterations: number;
  /** Mean loss of the model over the rows it was trained on. */
  readonly trainingLoss: number;
  /** The lowest mean loss over the rows held back, with the number of rounds that the model has; `undefined` without such rows. */
  readonly validationLoss: number | undefined;
  /** For each feature, what its splits gained in all. */
  readonly gains: Float64Array;
}

/** What training gives. */
export interface TrainedTrees {
  readonly ensemble: TreeEnsemble;
  /** For each target, in their order. */
  readonly targets: readonly TargetReport[];
  /** For each feature its share of the gains, averaged over targets that have splits; adds up to 1, or all 0 without any split. */
  readonly importance: Float64Array;
}

/**
 * Train gradient-boosted regression trees over histograms, one sequence of trees a target. Rows are in the order in which they
 * happened: the last ones tell when to stop, and nothing is shuffled. Deterministic for a seed. Blocks until it is done; see
 * `trainInBackground`. O(iterations · rows · features · log leaves) a target.
 *
 * Sources: J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Ann. Statist. 29 (2001); G. Ke et al.,
 * "LightGBM: A highly efficient gradient boosting decision tree", NeurIPS 2017.
 *
 * @param onProgress - called after each round; what it throws ends the training and is passed on
 * @throws RangeError when data or options are out of range, see {@link TrainingData} and {@link TrainingOptions}.
 */
export function trainTrees(
  data: TrainingData,
  options: TrainingOptions = {},
  onProgress?: (progress: TrainingProgress) => void,
): TrainedTrees {
  const rowCount = checkTrainingData(data);
  const resolved = resolveTrainingOptions(options);
  const binned = binColumns(data.columns, rowCount, resolved.maxBins);
  const weights = data.weights === undefined ? undefined : toMeanOne(data.weights);
  const grower = new TreeGrower(binned, resolved, weights);
  const held = Math.floor(rowCount * resolved.validationShare);
  const heldCount = held < FEWEST_VALIDATION_ROWS ? 0 : held;
  const builder = new EnsembleBuilder(binned);
  const baseValues = new Float32Array(data.targets.length);
  const reports: TargetReport[] = [];
  for (const [target, { values, loss }] of data.targets.entries()) {
    const boost = (trainCount: number, iterations: number, phase: TrainingProgress["phase"]): Boosted =>
      new Booster(binned, grower, new Float32Array(values), weights, createLoss(loss), resolved).run(
        builder,
        target,
        trainCount,
        iterations,
        (round) => onProgress?.({ target, targetCount: data.targets.length, phase, iterations, ...round }),
      );
    const before = builder.treeCount;
    let boosted: Boosted;
    if (heldCount === 0) boosted = boost(rowCount, resolved.iterations, "fit");
    else {
      boosted = boost(rowCount - heldCount, resolved.iterations, "search");
      if (resolved.refit) {
        builder.truncate(before);
        const { validationLoss } = boosted;
        boosted = { ...boost(rowCount, boosted.iterations, "fit"), validationLoss };
      }
    }
    baseValues[target] = boosted.base;
    const { iterations, trainingLoss, validationLoss, gains } = boosted;
    reports.push({ iterations, trainingLoss, validationLoss, gains });
  }
  return {
    ensemble: builder.build(baseValues),
    targets: reports,
    importance: shareGains(reports, data.columns.length),
  };
}

interface Boosted extends TargetReport {
  readonly base: number;
}

interface Round {
  readonly iteration: number;
  readonly trainingLoss: number;
  readonly validationLoss: number | undefined;
}

/** Boosting for one target. Rows from 0 up to `trainCount` are learned, those after it only scored. */
class Booster {
  readonly #binned: BinnedColumns;
  readonly #grower: TreeGrower;
  readonly #targets: Float32Array;
  readonly #weights: Float64Array | undefined;
  readonly #loss: Loss;
  readonly #options: ResolvedTrainingOptions;
  /** Leaves added so far, without the base value: float32, in the order of the trees, exactly as the model will be evaluated. */
  readonly #sums: Float32Array;
  readonly #residuals: Float64Array;
  readonly #gradients: Float64Array;
  readonly #leafResiduals: Float64Array;
  readonly #leafWeights: Float64Array | undefined;
  readonly #leafValues: Float32Array;
  readonly #inTree: Uint8Array;
  #base = 0;

  constructor(
    binned: BinnedColumns,
    grower: TreeGrower,
    targets: Float32Array,
    weights: Float64Array | undefined,
    loss: Loss,
    options: ResolvedTrainingOptions,
  ) {
    const { rowCount } = binned;
    this.#binned = binned;
    this.#grower = grower;
    this.#targets = targets;
    this.#weights = weights;
    this.#loss = loss;
    this.#options = options;
    this.#sums = new Float32Array(rowCount);
    this.#residuals = new Float64Array(rowCount);
    this.#gradients = new Float64Array(rowCount);
    this.#leafResiduals = new Float64Array(rowCount);
    this.#leafWeights = weights === undefined ? undefined : new Float64Array(rowCount);
    this.#leafValues = new Float32Array(2 * options.maxLeaves - 1);
    this.#inTree = new Uint8Array(rowCount);
  }

  run(
    builder: EnsembleBuilder,
    target: number,
    trainCount: number,
    iterations: number,
    onRound: (round: Round) => void,
  ): Boosted {
    const { rowShare, featureShare, patience, seed } = this.#options;
    const { rowCount } = this.#binned;
    const featureCount = this.#binned.bins.length;
    const random = createRandom(seed);
    const sampleSize = Math.max(1, Math.round(trainCount * rowShare));
    // A feature that is the same in all rows splits nothing.
    const telling = this.#binned.bins.map((_, feature) => feature).filter((feature) => this.#tells(feature));
    const features = new Int32Array(Math.min(telling.length, Math.max(1, Math.round(telling.length * featureShare))));
    const seesAll = sampleSize === trainCount && features.length === telling.length;
    const validates = trainCount < rowCount;
    const firstTree = builder.treeCount;
    const treeGains: Float64Array[] = [];

    this.#base = this.#findBase(trainCount);
    this.#updateResiduals(rowCount);
    this.#prepareLoss(trainCount);
    let trainingLoss = this.#meanLoss(0, trainCount);
    let best = {
      iterations: validates ? 0 : iterations,
      trees: 0,
      trainingLoss,
      validationLoss: validates ? this.#meanLoss(trainCount, rowCount) : undefined,
    };
    for (let iteration = 1; iteration <= iterations; iteration += 1) {
      this.#prepareLoss(trainCount);
      this.#loss.fillGradients(this.#residuals, this.#weights, trainCount, this.#gradients);
      sampleSorted(random, trainCount, sampleSize, this.#grower.rows);
      sampleSorted(random, telling.length, features.length, features);
      for (let chosen = 0; chosen < features.length; chosen += 1) features[chosen] = telling[features[chosen]!]!;
      const tree = this.#grower.grow(sampleSize, this.#gradients, features);
      const grew = tree.nodeCount > 1;
      if (grew) {
        this.#addLeaves(tree, sampleSize);
        this.#addToOthers(tree, sampleSize, trainCount);
        builder.add(tree, this.#leafValues, target);
        treeGains.push(gainsOf(tree, featureCount));
        this.#updateResiduals(rowCount);
        trainingLoss = this.#meanLoss(0, trainCount);
      }
      const validationLoss = validates ? this.#meanLoss(trainCount, rowCount) : undefined;
      if (best.validationLoss === undefined || validationLoss! < best.validationLoss) {
        best = {
          iterations: validates ? iteration : best.iterations,
          trees: builder.treeCount - firstTree,
          trainingLoss,
          validationLoss,
        };
      }
      onRound({ iteration, trainingLoss, validationLoss });
      // The next round would see the same rows and find nothing again.
      if (!grew && seesAll) break;
      if (validates && iteration - best.iterations >= patience) break;
    }
    builder.truncate(firstTree + best.trees);
    const gains = new Float64Array(featureCount);
    for (const ofTree of treeGains.slice(0, best.trees)) {
      for (let feature = 0; feature < featureCount; feature += 1) gains[feature] = gains[feature]! + ofTree[feature]!;
    }
    const { trees, ...report } = best;
    return { ...report, iterations: seesAll ? trees : best.iterations, base: this.#base, gains };
  }

  #tells(feature: number): boolean {
    return this.#binned.offsets[feature + 1]! - this.#binned.offsets[feature]! > 1;
  }

  #findBase(trainCount: number): number {
    let count = 0;
    for (let row = 0; row < trainCount; row += 1) count = this.#gather(row, this.#targets[row]!, count);
    // The rows to learn from may all weigh nothing, with others held back that do.
    return count === 0 ? 0 : Math.fround(this.#loss.constant(this.#leafResiduals, this.#leafWeights, count));
  }

  #prepareLoss(trainCount: number): void {
    if (this.#loss.prepare === undefined) return;
    let count = 0;
    for (let row = 0; row < trainCount; row += 1) count = this.#gather(row, Math.abs(this.#residuals[row]!), count);
    if (count > 0) this.#loss.prepare(this.#leafResiduals, this.#leafWeights, count);
  }

  /** Notes a number of a row in the room for one leaf; rows that weigh nothing have no say. */
  #gather(row: number, value: number, place: number): number {
    if (this.#weights !== undefined) {
      const weight = this.#weights[row]!;
      if (weight === 0) return place;
      this.#leafWeights![place] = weight;
    }
    this.#leafResiduals[place] = value;
    return place + 1;
  }

  /** Finds the values of the leaves, and adds them to the rows that the tree was grown from. */
  #addLeaves(tree: GrownTree, sampleSize: number): void {
    const { rows } = this.#grower;
    const { l2, learningRate } = this.#options;
    this.#inTree.fill(0);
    for (let index = 0; index < sampleSize; index += 1) this.#inTree[rows[index]!] = 1;
    for (let node = 0; node < tree.nodeCount; node += 1) {
      if (tree.features[node]! >= 0) continue;
      const start = tree.starts[node]!;
      const end = tree.ends[node]!;
      let count = 0;
      let weight = 0;
      for (let index = start; index < end; index += 1) {
        const row = rows[index]!;
        count = this.#gather(row, this.#residuals[row]!, count);
        weight += this.#weights === undefined ? 1 : this.#weights[row]!;
      }
      const value = count === 0 ? 0 : this.#loss.leafValue(this.#leafResiduals, this.#leafWeights, count);
      const taken = Math.fround(weight > 0 ? (learningRate * value * weight) / (weight + l2) : 0);
      this.#leafValues[node] = taken;
      for (let index = start; index < end; index += 1) {
        const row = rows[index]!;
        this.#sums[row] = this.#sums[row]! + taken;
      }
    }
  }

  /** Adds the leaves to all rows that the tree was not grown from. */
  #addToOthers(tree: GrownTree, sampleSize: number, trainCount: number): void {
    const { rowCount, bins, missingBins } = this.#binned;
    const from = sampleSize === trainCount ? trainCount : 0;
    for (let row = from; row < rowCount; row += 1) {
      if (this.#inTree[row] === 1) continue;
      let node = 0;
      let feature = tree.features[0]!;
      while (feature >= 0) {
        const bin = bins[feature]![row]!;
        const missing = missingBins[feature]!;
        const split = tree.bins[node]!;
        const left = bin === missing ? tree.missingLeft[node] === 1 : split < 0 || bin <= split;
        node = left ? tree.lefts[node]! : tree.rights[node]!;
        feature = tree.features[node]!;
      }
      this.#sums[row] = this.#sums[row]! + this.#leafValues[node]!;
    }
  }

  #updateResiduals(rowCount: number): void {
    const base = this.#base;
    for (let row = 0; row < rowCount; row += 1) {
      this.#residuals[row] = this.#targets[row]! - Math.fround(this.#sums[row]! + base);
    }
  }

  #meanLoss(start: number, end: number): number {
    return this.#loss.mean(this.#residuals, this.#weights, start, end);
  }
}

function gainsOf(tree: GrownTree, featureCount: number): Float64Array {
  const gains = new Float64Array(featureCount);
  for (let node = 0; node < tree.nodeCount; node += 1) {
    const feature = tree.features[node]!;
    if (feature >= 0) gains[feature] = gains[feature]! + tree.gains[node]!;
  }
  return gains;
}

function toMeanOne(weights: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let row = 0; row < weights.length; row += 1) sum += weights[row]!;
  const scaled = new Float64Array(weights.length);
  for (let row = 0; row < weights.length; row += 1) scaled[row] = (weights[row]! / sum) * weights.length;
  return scaled;
}

function shareGains(reports: readonly TargetReport[], featureCount: number): Float64Array {
  const shares = new Float64Array(featureCount);
  let used = 0;
  for (const { gains } of reports) {
    const sum = gains.reduce((total, gain) => total + gain, 0);
    if (!(sum > 0)) continue;
    used += 1;
    for (let feature = 0; feature < featureCount; feature += 1)
      shares[feature] = shares[feature]! + gains[feature]! / sum;
  }
  if (used > 0) for (let feature = 0; feature < featureCount; feature += 1) shares[feature] = shares[feature]! / used;
  return shares;
}

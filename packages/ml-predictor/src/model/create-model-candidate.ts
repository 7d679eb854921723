import type { Candidate, Model, Query } from "../candidate.ts";
import { FEATURE_VERSION, LEVELS } from "../features/columns.ts";
import { createFeatureBuilder, type Description } from "../features/create-feature-builder.ts";
import { fromLog, toLog } from "../log-ratio.ts";
import type { Sample } from "../sample.ts";
import { predictTrees } from "../trees/predict-trees.ts";
import { resolveTrainingOptions, type TrainingOptions } from "../trees/training-data.ts";
import { MODEL_TRAINING, type ModelRow, type TrainedModel, trainModel } from "./train-model.ts";

/** A model is trained anew once the history has grown by this share. */
const RETRAIN_SHARE = 0.2;
/** Rows that a model is trained on at most, the latest: what bounds the cost. */
const MOST_ROWS = 12_000;
/** So many of the last runs tell whether the model still holds. */
const DRIFT_RUNS = 5;
/** It does not where its mean loss over them is this many times that over the runs before, and higher than the last value's. */
const DRIFT_FACTOR = 1.5;

/** Options of {@link createModelCandidate}. */
export interface ModelCandidateOptions {
  /**
   * Name among the candidates.
   * @defaultValue "model"
   */
  readonly name?: string | undefined;
  /**
   * A model trained before. It is used from the start and never trained anew; history still gives the features. One with another
   * `featureVersion`, or with columns that this history does not give, has nothing to say. It has seen the rows it was trained on,
   * so a back-test over them flatters it: let the choice rest on one in which the model trained itself.
   * @defaultValue none: it trains itself as history grows
   */
  readonly trained?: TrainedModel | undefined;
  /**
   * How trees are trained.
   * @defaultValue `MODEL_TRAINING`
   */
  readonly training?: TrainingOptions | undefined;
}

/** The candidate's model, with what it was trained to. */
export interface TreeModel extends Model {
  /** What it predicts with; `undefined` before there were enough rows. */
  readonly trained: TrainedModel | undefined;
  /** Its rows so far, for a training elsewhere, such as in a worker. At most the latest 12,000. */
  readonly rows: readonly ModelRow[];
  /** Names of the columns so far. */
  readonly columns: readonly string[];
}

/** A candidate whose models are {@link TreeModel}. */
export interface ModelCandidate extends Candidate {
  create(): TreeModel;
}

/**
 * Gradient-boosted trees on features of the history, as a candidate. Within a back-test it is trained on earlier runs only: anew once
 * the history has grown by a fifth, or when its last runs are off. For a step never seen it answers from the sizes and the kind of other
 * steps. Deterministic; no history makes it throw.
 *
 * @throws RangeError when `training` is out of range.
 */
export function createModelCandidate(options: ModelCandidateOptions = {}): ModelCandidate {
  const { name = "model", trained, training = MODEL_TRAINING } = options;
  resolveTrainingOptions(training);
  return { name, create: () => createTreeModel(trained, training) };
}

function createTreeModel(given: TrainedModel | undefined, training: TrainingOptions): TreeModel {
  const builder = createFeatureBuilder();
  const rows: ModelRow[] = [];
  const losses: { readonly own: number; readonly lastValue: number }[] = [];
  const out = new Float32Array(2);
  let run: Sample[] = [];
  let trained = given;
  let runs = 0;
  let rowsSince = 0;

  /** Logarithms of the median and of the upper quantile. */
  function ask({ values, levels }: Description): readonly [median: number, upper: number] | undefined {
    if (trained === undefined || !fits(trained)) return undefined;
    predictTrees(trained.ensemble, values.subarray(0, trained.columns.length), out);
    const level = levels[LEVELS.indexOf(trained.level)]!;
    const median = level + out[0]!;
    return [median, Math.max(median, level + out[1]!)];
  }

  function predictRange(query: Query): { readonly p50Seconds: number; readonly p90Seconds: number } | undefined {
    const described = builder.describe(query);
    if (described === undefined) {
      const expected = builder.expectNewcomer(query);
      return expected === undefined ? undefined : { p50Seconds: fromLog(expected), p90Seconds: fromLog(expected) };
    }
    const answer = ask(described);
    return answer === undefined ? undefined : { p50Seconds: fromLog(answer[0]), p90Seconds: fromLog(answer[1]) };
  }

  function fits(model: TrainedModel): boolean {
    if (model.featureVersion !== FEATURE_VERSION) return false;
    return model === given ? model.columns.every((name, place) => builder.columns[place] === name) : true;
  }

  function isOff(): boolean {
    if (losses.length < 2 * DRIFT_RUNS) return false;
    const mean = (some: typeof losses, of: "own" | "lastValue"): number =>
      some.reduce((sum, loss) => sum + loss[of], 0) / some.length;
    const latest = losses.slice(-DRIFT_RUNS);
    const own = mean(latest, "own");
    return own > DRIFT_FACTOR * mean(losses.slice(0, -DRIFT_RUNS), "own") && own > mean(latest, "lastValue");
  }

  return {
    get trained() {
      return trained;
    },
    rows,
    get columns() {
      return builder.columns;
    },
    predict: (query: Query) => predictRange(query)?.p50Seconds,
    predictRange,
    learn(sample: Sample) {
      run.push(sample);
    },
    endRun() {
      let [own, lastValue, asked] = [0, 0, 0];
      for (const sample of run) {
        const described = builder.describe(sample);
        if (described === undefined) continue;
        const log = toLog(sample.seconds);
        rows.push({ run: runs, ...described, log });
        const answer = ask(described);
        if (answer === undefined) continue;
        asked += 1;
        own += Math.min(1, Math.abs(answer[0] - log));
        lastValue += Math.min(1, Math.abs(described.levels[0]! - log));
      }
      if (asked > 0) losses.push({ own: own / asked, lastValue: lastValue / asked });
      builder.learnRun(run);
      runs += 1;
      rowsSince += run.length;
      run = [];
      if (given !== undefined) {
        rows.splice(0, Math.max(0, rows.length - MOST_ROWS));
        return;
      }
      if (trained !== undefined && rowsSince < RETRAIN_SHARE * trained.rows && !isOff()) return;
      rows.splice(0, Math.max(0, rows.length - MOST_ROWS));
      trained = trainModel(rows, builder.columns, training) ?? trained;
      rowsSince = 0;
      losses.length = 0;
    },
  };
}

import { createHash } from "node:crypto";
import { type CandidateBackTest, DEFAULT_MIN_RUNS, roll } from "../back-test.ts";
import type { Candidate } from "../candidate.ts";
import { loss } from "../choose-rule.ts";
import { FEATURE_VERSION } from "../features/columns.ts";
import { createModelCandidate, type TreeModel } from "../model/create-model-candidate.ts";
import { encodeOnnx } from "../onnx/encode-onnx.ts";
import { lastValue, machineRules, simpleRules } from "../rules.ts";
import { groupByRun, parseSamples, type Sample, type SetAside } from "../sample.ts";
import { describeStatus } from "../status.ts";
import { DOCUMENT_VERSION, MOST_STEPS, type PredictorDocument } from "./predictor-document.ts";

/** A trained predictor, as it is written to `model.onnx` and `model.json`. */
export interface PredictorFiles {
  readonly trained: true;
  /** The trees; `undefined` where there were too few rows for any. */
  readonly onnx: Uint8Array | undefined;
  readonly json: PredictorDocument;
}

/** What training gives: files, or why there are none. */
export type PredictorTraining = PredictorFiles | { readonly trained: false; readonly reason: string };

/** How far training has come. */
export interface PredictorProgress {
  /** Runs that were predicted and learned. */
  readonly runs: number;
  /** Runs there are. */
  readonly of: number;
}

/** Options of {@link trainPredictor}. */
export interface TrainPredictorOptions {
  /** What `parseSamples` set aside, for the status. */
  readonly setAside?: SetAside | undefined;
  /** Milliseconds since 1970, for `trainedAt`. */
  readonly nowMs: number;
  /**
   * Who takes part beside the model.
   * @defaultValue `simpleRules`, and `machineRules` when any sample names a machine
   */
  readonly candidates?: readonly Candidate[] | undefined;
  /** Called after each run. What it throws ends the training. */
  readonly onProgress?: ((progress: PredictorProgress) => void) | undefined;
}

/**
 * Roll the back-test over the whole history, with a model that trains itself on earlier runs only, and keep what stands at its end: the choice,
 * the bounds, the scores and the trees. Seconds for ten thousand rows: see `trainInWorker`. Deterministic but for `nowMs`.
 *
 * @throws RangeError when `nowMs` is no point in time.
 * @throws PredictorError `ML_PREDICTOR_DUPLICATE_CANDIDATE` when two candidates share a name.
 */
export async function trainPredictor(
  samples: Iterable<Sample>,
  options: TrainPredictorOptions,
): Promise<PredictorTraining> {
  if (!(Math.abs(options.nowMs) <= 8.64e15)) {
    throw new RangeError(`Cannot train: \`nowMs\` must be milliseconds since 1970, got ${options.nowMs}`);
  }
  const parsed = parseSamples(samples);
  const runs = groupByRun(parsed.samples);
  if (runs.length < DEFAULT_MIN_RUNS) {
    return {
      trained: false,
      reason: `${runs.length} ${runs.length === 1 ? "run" : "runs"} of the ${DEFAULT_MIN_RUNS} needed`,
    };
  }
  const namesMachines = parsed.samples.some(({ machine }) => machine !== undefined);
  const rules = options.candidates ?? (namesMachines ? [...simpleRules, ...machineRules] : simpleRules);
  const watched = watchModel((done) => options.onProgress?.({ runs: done, of: runs.length }));
  const candidates = [...rules, watched.candidate];
  const { backTest, forecaster } = roll(parsed.samples, { candidates });
  const trained = watched.model?.trained;
  const standing = forecaster.standing();
  const counts = forecaster.stepsByCandidate();
  const status = describeStatus({
    backTest,
    minRuns: DEFAULT_MIN_RUNS,
    setAside: options.setAside ?? parsed.setAside,
    rules: candidates.map(({ name }, place) => ({
      name,
      steps: counts[place]!,
      isDefault: place === standing.byDefault,
    })),
  });
  const trainedAt = new Date(options.nowMs).toISOString();
  const onnx =
    trained === undefined
      ? undefined
      : await encodeOnnx(trained.ensemble, {
          featureVersion: trained.featureVersion,
          featureNames: trained.columns,
          trainedOn: { at: trainedAt, runs: trained.runs, rows: trained.rows, level: trained.level },
          scores: null,
        });
  const scoredFrom = runs.slice(0, backTest.runs - backTest.scoredRuns).flat().length;
  const last = backTest.candidates.find(({ name }) => name === lastValue.name) ?? backTest.candidates[0]!;
  const steps = [...standing.steps].sort((left, right) => right.scored - left.scored).slice(0, MOST_STEPS);
  const json: PredictorDocument = {
    version: DOCUMENT_VERSION,
    trainedAt,
    runs: runs.length,
    rows: parsed.samples.length,
    lastRun: runs[runs.length - 1]![0]!.run,
    featureVersion: FEATURE_VERSION,
    model:
      trained === undefined || onnx === undefined
        ? null
        : {
            sha256: sha256Of(onnx),
            columns: trained.columns,
            level: trained.level,
            rows: trained.rows,
            trees: trained.trees,
            importance: [...trained.importance],
          },
    candidates: backTest.candidates.map(({ name, total }) => ({ name, total: total ?? null })),
    byDefault: standing.byDefault,
    ratio: standing.ratio,
    newcomer: standing.newcomer ?? null,
    steps: steps.map(({ step, choice, scored, ratio }) => ({
      step,
      candidate: choice.candidate,
      gain: choice.gain,
      standardError: choice.standardError,
      scored,
      ratio,
      scores: backTest.served.steps.get(step) ?? null,
    })),
    served: backTest.served.total ?? null,
    accuracyDefinition: status.accuracyDefinition,
    losses: {
      served: meanLoss(backTest.served, backTest.rows, scoredFrom),
      lastValue: meanLoss(last, backTest.rows, scoredFrom),
    },
    lines: status.lines,
  };
  return { trained: true, onnx, json };
}

/** SHA-256 in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The model as a candidate that can be asked afterwards what it was trained to. */
function watchModel(endRun: (runs: number) => void): { readonly candidate: Candidate; readonly model?: TreeModel } {
  const watched: { candidate: Candidate; model?: TreeModel } = {
    candidate: {
      name: createModelCandidate().name,
      create() {
        const model = createModelCandidate().create();
        let runs = 0;
        watched.model = model;
        return {
          predict: (query) => model.predict(query),
          predictRange: (query) => model.predictRange?.(query),
          learn: (sample) => model.learn(sample),
          endRun() {
            model.endRun?.();
            endRun((runs += 1));
          },
        };
      },
    },
  };
  return watched;
}

function meanLoss({ p50Seconds }: CandidateBackTest, rows: readonly Sample[], from: number): number {
  let [sum, count] = [0, 0];
  for (let place = from; place < rows.length; place += 1) {
    if (Number.isNaN(p50Seconds[place]!)) continue;
    sum += loss(p50Seconds[place]!, rows[place]!.seconds);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

export {
  backTest,
  DEFAULT_MIN_RUNS,
  type BackTest,
  type BackTestOptions,
  type CandidateBackTest,
  type Scores,
} from "./back-test.ts";
export type { Candidate, Model, Query } from "./candidate.ts";
export { chooseDefault, chooseRule, loss, LossTable, type Choice } from "./choose-rule.ts";
export {
  createMemoryPredictor,
  type MemoryPrediction,
  type MemoryPredictor,
  type MemoryPredictorOptions,
} from "./create-memory-predictor.ts";
export { createPredictor, type Prediction, type Predictor, type PredictorOptions } from "./create-predictor.ts";
export { PredictorError, type PredictorErrorCode } from "./errors.ts";
export { FEATURE_VERSION, HISTORY_COLUMNS, LEVELS } from "./features/columns.ts";
export { createFeatureBuilder, type Description, type FeatureBuilder } from "./features/create-feature-builder.ts";
export {
  createModelCandidate,
  type ModelCandidate,
  type ModelCandidateOptions,
  type TreeModel,
} from "./model/create-model-candidate.ts";
export {
  FEWEST_TRAINING_ROWS,
  MODEL_TRAINING,
  trainModel,
  type ModelRow,
  type TrainedModel,
} from "./model/train-model.ts";
export { describePredictor } from "./model-files/describe-predictor.ts";
export { needsTraining, type RecentLosses, type TrainingNeed } from "./model-files/needs-training.ts";
export { openPredictor, type OpenPredictorOptions, type ServingPredictor } from "./model-files/open-predictor.ts";
export type { CandidateDocument, PredictorDocument, StepDocument } from "./model-files/predictor-document.ts";
export {
  readPredictorFiles,
  type FilesFault,
  type FilesRefusal,
  type ReadFiles,
} from "./model-files/read-predictor-files.ts";
export { trainInWorker, type TrainInWorkerOptions, type WorkerTraining } from "./model-files/train-in-worker.ts";
export {
  trainPredictor,
  type PredictorFiles,
  type PredictorProgress,
  type PredictorTraining,
  type TrainPredictorOptions,
} from "./model-files/train-predictor.ts";
export { type FilesPlace, writePredictorFiles, type WrittenFiles } from "./model-files/write-predictor-files.ts";
export { createEvaluator, type Evaluator } from "./onnx/create-evaluator.ts";
export { decodeOnnx, type DecodedModel } from "./onnx/decode-onnx.ts";
export { encodeOnnx } from "./onnx/encode-onnx.ts";
export { loadOnnxRuntime, type LoadedRuntime } from "./onnx/load-onnxruntime.ts";
export type { ModelFault, ModelRefusal } from "./onnx/model-fault.ts";
export type { JsonValue, ModelMetadata } from "./onnx/model-metadata.ts";
export {
  openModel,
  type OpenedModel,
  type OpenModel,
  type OpenModelOptions,
  type RuntimeName,
} from "./onnx/open-model.ts";
export { createRatioQuantile, type RatioQuantile } from "./quantiles.ts";
export { ewma, lastValue, machineRules, meanOfFive, medianOfFive, perMachine, simpleRules } from "./rules.ts";
export {
  groupByRun,
  parseSamples,
  type FeatureValue,
  type Outcome,
  type ParsedSamples,
  type ParseOptions,
  type Sample,
  type SetAside,
  type SetAsideReason,
} from "./sample.ts";
export type { PredictorStatus, RuleUse } from "./status.ts";
export { predictColumns, predictTrees } from "./trees/predict-trees.ts";
export { trainInBackground, type BackgroundOptions, type BackgroundTraining } from "./trees/train-in-background.ts";
export { trainTrees, type TargetReport, type TrainedTrees, type TrainingProgress } from "./trees/train-trees.ts";
export type { TrainingData, TrainingOptions, TrainingTarget } from "./trees/training-data.ts";
export type { TreeEnsemble } from "./trees/tree-ensemble.ts";

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
export { createPredictor, type Prediction, type Predictor, type PredictorOptions } from "./create-predictor.ts";
export { PredictorError, type PredictorErrorCode } from "./errors.ts";
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

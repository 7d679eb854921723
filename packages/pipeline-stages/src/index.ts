export { accountStages } from "./accounting/account-stages.ts";
export type { AccountedStage, StageAccount, StageAccounts } from "./accounting/account-stages.ts";
export type { MeanEstimate } from "./accounting/estimate-mean.ts";
export type { PastRun, PastStep } from "./accounting/history.ts";
export { recommendAssignment } from "./accounting/recommend-assignment.ts";
export type {
  AssignableStage,
  AssignmentFigures,
  AssignmentMove,
  AssignmentRecommendation,
  RecommendAssignmentOptions,
} from "./accounting/recommend-assignment.ts";
export { wilsonInterval } from "./accounting/wilson-interval.ts";
export type { ShareEstimate } from "./accounting/wilson-interval.ts";
export { defaultStages } from "./default-stages.ts";
export type { DefaultStageId, DefaultStages, StageableStep } from "./default-stages.ts";
export { defineStages } from "./define-stages.ts";
export type { DefineStagesOptions, Stage, StageDefinition, Stages, StageTrigger } from "./define-stages.ts";
export { PipelineStagesError } from "./errors.ts";
export type { PipelineStagesErrorCode } from "./errors.ts";
export { evaluateGate } from "./evaluate-gate.ts";
export type { Gate, GateFacts, GateReason, StepOutcome, StepResult, StepResults } from "./evaluate-gate.ts";
export { nextStage, stageStates } from "./next-stage.ts";
export type { NextStage, RunFacts, StageState } from "./next-stage.ts";
export {
  countOutcomes,
  DEFAULT_FAILURE_PRIOR,
  estimateFailureProbability,
  fitFailurePrior,
} from "./ordering/estimate-failure-probability.ts";
export type { CountOutcomesOptions, FailurePrior, OutcomeCounts } from "./ordering/estimate-failure-probability.ts";
export { compareObjectives, expectedTimeToFirstFailure } from "./ordering/expected-time-to-first-failure.ts";
export type {
  ObjectiveComparison,
  ScheduledStep,
  TimeToFirstFailure,
} from "./ordering/expected-time-to-first-failure.ts";
export { orderForFirstFailure } from "./ordering/order-for-first-failure.ts";
export type { FirstFailureOrder } from "./ordering/order-for-first-failure.ts";
export type { TestableStep } from "./ordering/testable-step.ts";
export { runStages } from "./run-stages.ts";
export type { RunStagesOptions, StageRun, StagesRun } from "./run-stages.ts";
export type { FindingCounts, Severity } from "./severity.ts";
export { speculationCost } from "./speculation/speculation-cost.ts";
export type { SpeculationCost, SpeculationRecord } from "./speculation/speculation-cost.ts";
export { speculativeSteps } from "./speculation/speculative-steps.ts";
export type { SpeculationStep } from "./speculation/speculative-steps.ts";
export { evaluateTrigger } from "./trigger/evaluate-trigger.ts";
export type { StageFact, TriggerFacts, TriggerVerdict } from "./trigger/evaluate-trigger.ts";
export type { ComparisonOperator, StageQuestion, StepQuestion, TriggerExpression } from "./trigger/expression.ts";
export { namesIn } from "./trigger/names-in.ts";
export type { TriggerNames } from "./trigger/names-in.ts";
export { MAX_TRIGGER_DEPTH, MAX_TRIGGER_LENGTH, parseTrigger } from "./trigger/parse-trigger.ts";
export type { KnownNames, ParsedTrigger } from "./trigger/parse-trigger.ts";
export type { TriggerProblem } from "./trigger/trigger-problem.ts";
export { printTrigger } from "./trigger/print-trigger.ts";

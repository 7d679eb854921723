export type { AlertReport, ToldAlert } from "./alerts/alert-report.ts";
export {
  checkAlerts,
  testAlerts,
  type AlertCheck,
  type CheckAlertsOptions,
  type TestAlertsOptions,
} from "./alerts/check-alerts.ts";
export {
  findWaitingRun,
  goOn,
  waitingStages,
  type ApprovalRequest,
  type WaitingRun,
} from "./approval/find-waiting-run.ts";
export { STATE_FOLDER_NAME } from "./state/state-folder-name.ts";
export {
  CONFIG_FILE_NAME,
  PROJECT_KINDS,
  type AiConfig,
  type AiSeverity,
  type AiStepConfig,
  type AiTaskConfig,
  type AlertChannelConfig,
  type AlertRuleConfig,
  type AlertsConfig,
  type AlertScopeConfig,
  type ChatChannelConfig,
  type Config,
  type DegradationRuleConfig,
  type EmailChannelConfig,
  type JobSummaryChannelConfig,
  type ModuleStepConfig,
  type FailurePolicy,
  type Objective,
  type OptimizationsConfig,
  type ProjectKind,
  type RetentionConfig,
  type ShellStepConfig,
  type SlowRunRuleConfig,
  type StageConfig,
  type StepConfig,
  type TriggerCategory,
  type TriggerConfig,
  type WebhookChannelConfig,
} from "./config/config.ts";
export { suggest } from "./config/suggest.ts";
export type { Check, CheckArea, CheckState } from "./doctor/check.ts";
export type { Examination, ExamineOptions } from "./doctor/examination.ts";
export { examine } from "./doctor/examine.ts";
export {
  describeModel,
  evaluateHistory,
  type HistoryEvaluation,
  trainModel,
  type ModelOptions,
  type TrainingOutcome,
  type TrainModelOptions,
} from "./prediction/manage-model.ts";
export {
  benchmarkCommands,
  type BenchmarkCommandsOptions,
  type BenchmarkOutcome,
  type MeasuringOptions,
} from "./benchmark/benchmark-commands.ts";
export type { BenchmarkArm, BenchmarkDocument, DecidingMeasure } from "./benchmark/benchmark-document.ts";
export { benchmarkWorkflow, type BenchmarkWorkflowOptions } from "./benchmark/benchmark-workflow.ts";
export {
  compareMeasurements,
  reportBenchmark,
  type CompareMeasurementsOptions,
  type MeasurementsComparison,
} from "./benchmark/compare-measurements.ts";
export { gateRevisions, type GateRevisionsOptions, type GateRevisionsResult } from "./benchmark/gate-revisions.ts";
export type { ComparisonReport } from "./benchmark/report-comparison.ts";
export {
  trackPerformance,
  type PerformanceHistory,
  type TrackedSeries,
  type TrackPerformanceOptions,
} from "./benchmark/track-performance.ts";
export type { WorkflowProgram } from "./benchmark/measuring-arguments.ts";
export { followRun, type FollowedRun, type FollowRunOptions } from "./following/follow-run.ts";
export { runInProgress, type RunInProgress } from "./following/run-in-progress.ts";
export { checkOutput, writeOutput } from "./exporting/write-output.ts";
export { exportRun, listExportFormats, type ExportRunOptions } from "./records/export-run.ts";
export { findBottlenecks, type FindBottlenecksOptions, type RunBottlenecks } from "./records/find-bottlenecks.ts";
export { listRuns, type ListRunsOptions, type PastRun, type PastStep } from "./records/list-runs.ts";
export { readRunRecord, type RunReference } from "./records/read-run-record.ts";
export { checkTarget } from "./config/check-target.ts";
export { findTarget, readConfig, type LoadedWorkflow, type ReadConfigOptions } from "./config/read-config.ts";
export type {
  BuiltInSteps,
  LibraryPipeline,
  LibraryStep,
  StepImportance,
  StepLibrary,
  StepLibrarySource,
} from "./library/step-library.ts";
export { stepIdOf } from "./library/step-id-of.ts";
export { unknownStep } from "./selection/unknown-step.ts";
export type {
  AiAction,
  AiSettings,
  AlertSettings,
  Retention,
  Step,
  Workflow,
  WorkflowStage,
} from "./config/workflow.ts";
export { openAnswerCache, type AnswerCacheOptions } from "./ai/open-answer-cache.ts";
export { EngineError, type EngineErrorCode, type Problem } from "./errors.ts";
export type { RunEvent } from "./run/events.ts";
export {
  explainStep,
  type CacheState,
  type ExplainedChange,
  type ExplainOptions,
  type SchedulePosition,
  type StepExplanation,
} from "./explain/explain-step.ts";
export type { PartDifference } from "./explain/diff-parts.ts";
export { describeGraph } from "./graph/describe-graph.ts";
export { graphToDot } from "./graph/graph-to-dot.ts";
export { graphToHtml } from "./graph/graph-to-html.ts";
export { graphToMermaid } from "./graph/graph-to-mermaid.ts";
export { levelsOf } from "./graph/levels-of.ts";
export type { GraphEdge, GraphNode, WorkflowGraph } from "./graph/workflow-graph.ts";
export { planWorkflow, type PlanOptions, type WorkflowPlan } from "./run/plan-workflow.ts";
export type { PlannedSlots } from "./scheduling/compare-slots.ts";
export type { ExpectedQuestions } from "./ai/preview-prompts.ts";
export type { RunOptions } from "./run/run-options.ts";
export type { RunResult } from "./run/end-run.ts";
export { runWorkflow } from "./run/run-workflow.ts";
export { usableCores } from "./machine/usable-cores.ts";
export type {
  AskModel,
  ModuleQuestion,
  ModuleReply,
  PartialAnswer,
  UnansweredReason,
} from "./runners/module-question.ts";
export type {
  EarlierResult,
  ModuleChanges,
  ModuleStep,
  ModuleStepContext,
  ModuleStepResult,
} from "./runners/module-step.ts";
export { continueSteps, suspendSteps } from "./runners/running-groups.ts";
export { cleanState, type CleanReport, type CleanStateOptions } from "./retention/clean-state.ts";
export type { CleanedRuns } from "./retention/clean-runs.ts";
export {
  checkResults,
  type DamagedResult,
  describeResults,
  type ResultsCheck,
  type StoredResults,
} from "./results/inspect-results.ts";
export type { SweptResults } from "./results/sweep-results.ts";
export { readShadowRates } from "./shadow/read-shadow-rates.ts";
export type { ShadowRate } from "./shadow/shadow-rates.ts";
export type { AccountedWorkflowStage, WorkflowAccount } from "./stages/account-workflow.ts";
export { describeStages, type DescribeStagesOptions, type StagesReport } from "./stages/describe-stages.ts";
export type { ProposedStage } from "./stages/propose-stages.ts";
export type { ExpectedVerdict, ExpectedVerdicts, StageRecommendation } from "./stages/recommend-stages.ts";
export type { Decision, Reason } from "./selection/reasons.ts";
export type { Alert, AlertChannel, AlertRule, DeliveryFailure, DeliveryOutcome } from "@ai-workflow/alerts";
export type { AiCache, CacheIndex, CleanupReport, Explanation, VerifyReport } from "@ai-workflow/ai-cache";
export type {
  BenchmarkFailure,
  Comparison,
  GateState,
  MeasuredPair,
  RevisionFailure,
  StepTimes,
} from "@ai-workflow/regression";
export type { Finding, RunRecord, RunStatus, StepOutcome, StepRecord } from "@ai-workflow/profiler";
export type { WatchEvent } from "./watch/watch-event.ts";
export { watchWorkflow, type WatchOptions } from "./watch/watch-workflow.ts";

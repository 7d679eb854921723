export {
  comparePairs,
  type CompareOptions,
  type Comparison,
  type MeasureComparison,
  type Verdict,
} from "./comparing/compare-pairs.ts";
export { createGate, type Gate, type GateDecision, type GateOptions, type GateState } from "./comparing/create-gate.ts";
export type { IntervalMethod } from "./comparing/log-ratio-interval.ts";
export type { Measure, Measurement, Pair, UnusableReason } from "./comparing/measurement.ts";
export { findChangePoints, type ChangePoint, type ChangePointOptions } from "./history/find-change-points.ts";
export {
  chooseDegradationRule,
  FEW_SERIES,
  findDegradation,
  MANY_SERIES,
  type Degradation,
  type DegradationOptions,
  type DegradationRule,
} from "./history/find-degradation.ts";
export { findTrend, type Trend, type TrendOptions } from "./history/find-trend.ts";
export { groupSeries } from "./history/group-series.ts";
export type { HistoryRun, HistorySeries, HistoryStep } from "./history/history-run.ts";
export { parseHistory, type HistorySetAside, type ParsedHistory } from "./history/parse-history.ts";
export { formatComparison, type FormatComparisonOptions, type StepTimes } from "./reporting/format-comparison.ts";
export { summariseSteps, type StepRun } from "./reporting/summarise-steps.ts";
export { formatPerformanceHistory, type FormatHistoryOptions } from "./reporting/format-performance-history.ts";
export type { Command, RunFailure, RunLimits, Runner, RunOutcome } from "./running/command.ts";
export type { LeftProcess } from "./running/end-marked-processes.ts";
export { createGitWorktrees, type Git, type GitWorktreesOptions } from "./running/create-git-worktrees.ts";
export {
  measureRevisions,
  type RevisionFailure,
  type RevisionsOptions,
  type RevisionsResult,
  type Worktree,
  type Worktrees,
} from "./running/measure-revisions.ts";
export {
  runBenchmark,
  type Arm,
  type BenchmarkFailure,
  type BenchmarkOptions,
  type BenchmarkResult,
  type MeasuredPair,
} from "./running/run-benchmark.ts";
export { runCommand } from "./running/run-command.ts";

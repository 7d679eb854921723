export { appendHistory, DEFAULT_HISTORY_KEEP, trimHistory } from "./append-history.ts";
export type { AppendHistoryOptions } from "./append-history.ts";
export { SPANS_VARIABLE } from "./child-spans/child-span.ts";
export { createSpanRecorder } from "./create-span-recorder.ts";
export type { OpenSpan, SpanOptions, SpanRecorder, SpanRecorderOptions } from "./create-span-recorder.ts";
export { BOTTLENECK_SHARE, formatProfileLog } from "./format-profile-log.ts";
export { HISTORY_VERSION, parseHistoryLine } from "./history-entry.ts";
export type { HistoryEntry, HistoryStep, ParsedHistoryLine } from "./history-entry.ts";
export { parseRunRecord } from "./parse-run-record.ts";
export type { ParsedRunRecord, RunRecordProblem } from "./parse-run-record.ts";
export { readHistory } from "./read-history.ts";
export type { History, ReadHistoryOptions } from "./read-history.ts";
export { readHistoryLines } from "./read-history-lines.ts";
export type { ReadHistoryLinesOptions } from "./read-history-lines.ts";
export type {
  ResourceMethod,
  ResourceSample,
  ResourceUsage,
  RunResourcesRecord,
  TestProfile,
} from "./resource-usage.ts";
export { RUN_RECORD_VERSION } from "./run-record.ts";
export type {
  AiRecord,
  AiStepRecord,
  ChangeRecord,
  ChangeSetRecord,
  DecisionAction,
  DecisionRecord,
  EnvironmentRecord,
  ExpectedFailureRecord,
  Finding,
  NoticeRecord,
  ObjectivesRecord,
  OptimizationsRecord,
  RunRecord,
  RunStatus,
  SavedRecord,
  SpeculationRecord,
  ScheduleRecord,
  StageRecord,
  StepOutcome,
  StepRecord,
  UnreviewedRecord,
  WaitRecord,
} from "./run-record.ts";
export { openRegularFile, readRegularFile, UnusableFileError } from "./read-regular-file.ts";
export type { OpenedFile } from "./read-regular-file.ts";
export type { Span, SpanAttribute, SpanAttributes } from "./span.ts";
export { summariseSpans } from "./summarise-spans.ts";
export type { SpanSummary, SummariseSpansOptions } from "./summarise-spans.ts";
export { toCurrentRun } from "./to-current-run.ts";
export type { CurrentRun } from "./to-current-run.ts";
export { machineClass, toHistoryLine } from "./to-history-line.ts";
export { toTraceEvents } from "./exports/to-trace-events.ts";
export type { Trace, TraceArgs, TraceEvent } from "./exports/to-trace-events.ts";
export { writeFileAtomic } from "./write-file-atomic.ts";

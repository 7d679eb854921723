export { createSpanRecorder } from "./create-span-recorder.ts";
export type { OpenSpan, SpanOptions, SpanRecorder, SpanRecorderOptions } from "./create-span-recorder.ts";
export { RUN_RECORD_VERSION } from "./run-record.ts";
export type {
  ChangeRecord,
  ChangeSetRecord,
  DecisionAction,
  DecisionRecord,
  EnvironmentRecord,
  Finding,
  NoticeRecord,
  OptimizationsRecord,
  RunRecord,
  RunStatus,
  SavedRecord,
  ScheduleRecord,
  StageRecord,
  StepOutcome,
  StepRecord,
  WaitRecord,
} from "./run-record.ts";
export type { Span, SpanAttribute, SpanAttributes } from "./span.ts";

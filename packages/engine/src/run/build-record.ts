import type {
  AiRecord,
  ChangeSetRecord,
  EnvironmentRecord,
  NoticeRecord,
  OptimizationsRecord,
  RunRecord,
  RunResourcesRecord,
  RunStatus,
  SavedRecord,
  ScheduleRecord,
  Span,
  SpeculationRecord,
  StageRecord,
  StepRecord,
  WaitRecord,
} from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import type { Decision } from "../selection/reasons.ts";
import { INCOMPLETE } from "./stage-results.ts";
import type { StepFeatures } from "./step-features.ts";

/** The record of a step that did not run. */
export function recordDecided(
  step: Step,
  decision: Decision,
  prints: StepPrints | undefined,
  stored: StoredSuccess | undefined,
  log: string | undefined,
): StepRecord {
  const origin =
    stored === undefined ? undefined : { runId: stored.runId, at: stored.at, durationMs: stored.durationMs };
  const replayed = decision.action === "replay";
  return {
    ...recordCommon(step, decision, prints),
    outcome: replayed ? "replayed" : "skipped",
    durationMs: 0,
    attempts: 0,
    log: replayed ? log : undefined,
    replayedFrom: replayed ? origin : undefined,
    provedBy: replayed ? undefined : origin,
    waits: [],
    // Also of a skip: what was found then still stands, and may close a gate.
    findings: stored?.findings ?? [],
    ai: stored?.ai,
  };
}

/** How a step that was to run ended. */
export interface StepEnd {
  readonly verdict: Omit<StepVerdict, "outcome"> & { readonly outcome: StepRecord["outcome"] };
  readonly startedMs: number | undefined;
  readonly finishedMs: number | undefined;
  /** Time of the last attempt, without earlier ones and the pauses between them. */
  readonly durationMs: number;
  readonly attempts: number;
  readonly ahead?: true | undefined;
  readonly flaky?: true | undefined;
  readonly predictedMs: number | undefined;
  readonly predictedUpperMs: number | undefined;
  readonly features: StepFeatures | undefined;
  readonly log: string | undefined;
  readonly resources?: StepRecord["resources"];
  readonly testProfile?: StepRecord["testProfile"];
  readonly waits: readonly WaitRecord[];
}

/** The record of a step that ran, or was to run and did not come to it. */
export function recordEnded(step: Step, decision: Decision, prints: StepPrints | undefined, end: StepEnd): StepRecord {
  const { verdict, startedMs, finishedMs } = end;
  return {
    ...recordCommon(step, decision, prints),
    outcome: verdict.outcome,
    startedMs,
    finishedMs,
    durationMs: end.durationMs,
    predictedMs: end.predictedMs,
    predictedUpperMs: end.predictedUpperMs,
    features: end.features,
    attempts: end.attempts,
    ahead: end.ahead,
    flaky: end.flaky,
    provisional: verdict.outcome === "passed" ? verdict.provisional : undefined,
    exitCode: verdict.exitCode,
    signal: verdict.signal,
    message: verdict.message,
    log: end.log,
    waits: end.waits,
    resources: end.resources,
    testProfile: end.testProfile,
    findings: verdict.findings,
    ai: verdict.ai,
  };
}

/** The kind of a step in records, where a script is the shell command that it is. */
export function recordedKind({ action }: Step): StepRecord["kind"] {
  return action.kind === "script" ? "shell" : action.kind;
}

function recordCommon(
  step: Step,
  { action, reason, explanation, shadowOf }: Decision,
  prints: StepPrints | undefined,
): Pick<StepRecord, "id" | "kind" | "stage" | "unit" | "decision" | "fingerprint"> {
  return {
    id: step.id,
    kind: recordedKind(step),
    stage: step.stage,
    unit: step.unit?.name,
    decision: { action, reason, explanation, ...(shadowOf === undefined ? {} : { shadowOf }) },
    fingerprint: prints?.fingerprint,
  };
}

/** What the record of a run is made of. */
export interface RecordParts {
  readonly runId: string;
  readonly workflowId: string;
  readonly toolVersion: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly cancelled: boolean;
  readonly optimizations: OptimizationsRecord;
  readonly environment: EnvironmentRecord;
  readonly changeSet: ChangeSetRecord;
  readonly steps: readonly StepRecord[];
  readonly stages: readonly StageRecord[];
  readonly schedule: Omit<ScheduleRecord, "actualMakespanMs"> | undefined;
  readonly ai: AiRecord | undefined;
  readonly resources: RunResourcesRecord | undefined;
  readonly speculation: SpeculationRecord | undefined;
  readonly spans: readonly Span[];
  readonly notices: readonly NoticeRecord[];
}

/** Puts the record of a run together. Pure. */
export function buildRecord(parts: RecordParts): RunRecord {
  const { startedAtMs, durationMs, cancelled, schedule, ...rest } = parts;
  const makespanMs = actualMakespanMs(parts.steps);
  return {
    schema: "ai-workflow/run-record",
    version: 1,
    ...rest,
    startedAt: new Date(startedAtMs).toISOString(),
    // The end follows from the monotonic duration, so that a jump of the wall clock cannot put it before the start.
    finishedAt: new Date(startedAtMs + durationMs).toISOString(),
    durationMs,
    status: statusOf(parts.steps, parts.stages, cancelled),
    schedule: schedule === undefined ? undefined : { ...schedule, actualMakespanMs: makespanMs },
    saved: savedBy(parts.steps, makespanMs),
  };
}

/** The status of a run from its steps and gates, the worst first. */
export function statusOf(steps: readonly StepRecord[], stages: readonly StageRecord[], cancelled: boolean): RunStatus {
  const some = (...outcomes: readonly string[]): boolean => steps.some((step) => outcomes.includes(step.outcome));
  if (some("failed", "timed-out")) return "failed";
  if (cancelled) return "cancelled";
  if (some("inconclusive")) return "inconclusive";
  // A gate that is closed though no step failed: findings reached the stage's severity.
  if (some("cancelled") || stages.some((stage) => stage.state === "failed" || stage.state === "closed"))
    return "failed";
  return steps.some(({ decision }) => INCOMPLETE.has(decision.reason)) ? "partial" : "passed";
}

function actualMakespanMs(steps: readonly StepRecord[]): number {
  const ran = steps.filter((step) => step.startedMs !== undefined && step.finishedMs !== undefined);
  if (ran.length === 0) return 0;
  const start = Math.min(...ran.map((step) => step.startedMs ?? 0));
  return Math.max(...ran.map((step) => step.finishedMs ?? 0)) - start;
}

function savedBy(steps: readonly StepRecord[], makespanMs: number): SavedRecord {
  const sum = (pick: (step: StepRecord) => number): number => steps.reduce((total, step) => total + pick(step), 0);
  return {
    replayedMs: sum((step) => step.replayedFrom?.durationMs ?? 0),
    skippedMs: sum((step) => step.provedBy?.durationMs ?? 0),
    parallelMs: Math.max(0, sum((step) => step.durationMs) - makespanMs),
  };
}

import {
  RUN_RECORD_VERSION,
  type AiRecord,
  type AiStepRecord,
  type ChangeRecord,
  type ChangeSetRecord,
  type DecisionRecord,
  type EnvironmentRecord,
  type ExpectedFailureRecord,
  type Finding,
  type NoticeRecord,
  type ObjectivesRecord,
  type OptimizationsRecord,
  type RunRecord,
  type SavedRecord,
  type SpeculationRecord,
  type ScheduleRecord,
  type StageRecord,
  type StepRecord,
  type UnreviewedRecord,
  type WaitRecord,
} from "./run-record.ts";
import {
  anyNumber,
  count,
  either,
  flag,
  listOf,
  mapOf,
  may,
  need,
  nothing,
  objectOf,
  oneOf,
  ordinal,
  quantity,
  text,
  whole,
  type Shape,
} from "./shape.ts";
import type { ResourceUsage, RunResourcesRecord, TestProfile } from "./resource-usage.ts";
import type { Span } from "./span.ts";

const earlierRun: Shape = objectOf<NonNullable<StepRecord["replayedFrom"]>>({
  runId: need(text),
  at: need(text),
  durationMs: need(quantity),
});

/** The outcomes of a step as a shape. */
export const stepOutcomeShape: Shape = oneOf<StepRecord["outcome"]>(
  "passed",
  "failed",
  "timed-out",
  "cancelled",
  "inconclusive",
  "replayed",
  "skipped",
);

/** The statuses of a run as a shape. */
export const runStatusShape: Shape = oneOf<RunRecord["status"]>(
  "passed",
  "failed",
  "inconclusive",
  "partial",
  "cancelled",
);

const stepShape: Shape = objectOf<StepRecord>({
  id: need(text),
  kind: need(oneOf<StepRecord["kind"]>("shell", "module", "ai")),
  stage: may(text),
  unit: may(text),
  decision: need(
    objectOf<DecisionRecord>({
      action: need(oneOf<DecisionRecord["action"]>("run", "replay", "skip")),
      reason: need(text),
      explanation: need(text),
      shadowOf: may(text),
    }),
  ),
  outcome: need(stepOutcomeShape),
  fingerprint: may(text),
  startedMs: may(quantity),
  finishedMs: may(quantity),
  durationMs: need(quantity),
  predictedMs: may(quantity),
  predictedUpperMs: may(quantity),
  features: may(mapOf(either(text, anyNumber, flag))),
  attempts: need(count),
  ahead: may(oneOf<true>(true)),
  flaky: may(oneOf<true>(true)),
  provisional: may(oneOf<true>(true)),
  exitCode: may(whole),
  signal: may(text),
  message: may(text),
  log: may(text),
  replayedFrom: may(earlierRun),
  provedBy: may(earlierRun),
  waits: need(
    listOf(
      objectOf<WaitRecord>({
        cause: need(oneOf<WaitRecord["cause"]>("need", "resource", "group", "slot", "plan")),
        on: need(text),
        fromMs: need(quantity),
        toMs: need(quantity),
      }),
    ),
  ),
  findings: need(
    listOf(
      objectOf<Finding>({
        rule: need(text),
        severity: need(oneOf<Finding["severity"]>("error", "warning", "info")),
        message: need(text),
        file: may(text),
        line: may(ordinal),
        column: may(ordinal),
        endLine: may(ordinal),
        confidence: may(quantity),
        suggestion: may(text),
      }),
    ),
  ),
  ai: may(
    objectOf<AiStepRecord>({
      prompt: need(text),
      promptVersion: need(text),
      reviewedFiles: need(count),
      notReviewed: need(
        listOf(
          objectOf<UnreviewedRecord>({
            file: need(text),
            lines: may(objectOf<NonNullable<UnreviewedRecord["lines"]>>({ first: need(ordinal), last: need(ordinal) })),
            reason: need(oneOf<UnreviewedRecord["reason"]>("withheld", "too-large", "limit", "no-answer")),
            because: need(text),
          }),
        ),
      ),
      notReviewedTotal: need(count),
      redactions: need(mapOf(count)),
      droppedFindings: need(mapOf(count)),
    }),
  ),
  resources: may(
    objectOf<ResourceUsage>({
      method: need(oneOf<ResourceUsage["method"]>("proc", "cgroup", "ps", "thread")),
      cpuMs: may(quantity),
      systemCpuMs: may(quantity),
      peakMemoryBytes: may(quantity),
      readBytes: may(quantity),
      writeBytes: may(quantity),
      peakProcesses: may(count),
      samples: need(count),
      estimatedCpuMs: may(quantity),
    }),
  ),
  testProfile: may(
    objectOf<TestProfile>({
      runner: need(text),
      phases: need(listOf(objectOf<TestProfile["phases"][number]>({ name: need(text), ms: need(quantity) }))),
      tests: may(
        objectOf<NonNullable<TestProfile["tests"]>>({ passed: need(count), failed: need(count), skipped: need(count) }),
      ),
    }),
  ),
});

type KnownChanges = Extract<ChangeSetRecord, { known: true }>;
type UnknownChanges = Extract<ChangeSetRecord, { known: false }>;

const changeSetShape: Shape = either(
  objectOf<KnownChanges>({
    known: need(oneOf(true)),
    base: need(objectOf<KnownChanges["base"]>({ oid: need(either(text, nothing)), ref: need(text), how: need(text) })),
    headOid: need(either(text, nothing)),
    total: need(count),
    changes: need(
      listOf(
        objectOf<ChangeRecord>({
          path: need(text),
          previousPath: may(text),
          status: need(text),
          category: need(text),
          rule: need(text),
        }),
      ),
    ),
    categories: need(mapOf(count)),
  }),
  objectOf<UnknownChanges>({ known: need(oneOf(false)), code: need(text), message: need(text), remedy: need(text) }),
);

const expectedFailureShape: Shape = objectOf<ExpectedFailureRecord>({
  expectedMs: need(quantity),
  makespanMs: need(quantity),
});

const scheduleShape: Shape = objectOf<ScheduleRecord>({
  strategy: need(text),
  maxParallel: need(ordinal),
  capacity: need(mapOf(quantity)),
  planned: need(
    listOf(
      objectOf<ScheduleRecord["planned"][number]>({
        id: need(text),
        startMs: need(quantity),
        finishMs: need(quantity),
        slot: need(count),
        slackMs: need(quantity),
        ahead: may(flag),
      }),
    ),
  ),
  plannedMakespanMs: need(quantity),
  lowerBoundMs: need(quantity),
  criticalPath: need(listOf(text)),
  actualMakespanMs: need(quantity),
  objective: may(oneOf<NonNullable<ScheduleRecord["objective"]>>("makespan", "first-failure")),
  objectives: may(
    objectOf<ObjectivesRecord>({
      runs: need(count),
      failedRuns: may(count),
      failureProbability: need(quantity),
      makespan: need(expectedFailureShape),
      firstFailure: need(expectedFailureShape),
    }),
  ),
});

/** The run record as a shape: the one source of both the reader's checks and the JSON Schema. */
export const runRecordShape: Shape = objectOf<RunRecord>({
  schema: need(oneOf<RunRecord["schema"]>("ai-workflow/run-record")),
  version: need(oneOf(RUN_RECORD_VERSION)),
  runId: need(text),
  workflowId: need(text),
  toolVersion: need(text),
  startedAt: need(text),
  finishedAt: need(text),
  durationMs: need(quantity),
  status: need(runStatusShape),
  optimizations: need(
    objectOf<OptimizationsRecord>({
      smartExecution: need(flag),
      parallelExecution: need(flag),
      multiStage: need(flag),
      mlOptimize: need(flag),
    }),
  ),
  environment: need(
    objectOf<EnvironmentRecord>({
      platform: need(text),
      arch: need(text),
      nodeVersion: need(text),
      cpuModel: need(text),
      cpuCount: need(count),
      memoryBytes: need(quantity),
      loadAverage1m: need(quantity),
      pressure: may(
        objectOf<NonNullable<EnvironmentRecord["pressure"]>>({
          cpu: need(quantity),
          io: need(quantity),
          memory: need(quantity),
        }),
      ),
      ci: need(flag),
    }),
  ),
  changeSet: need(changeSetShape),
  steps: need(listOf(stepShape)),
  stages: need(
    listOf(
      objectOf<StageRecord>({
        id: need(text),
        state: need(oneOf<StageRecord["state"]>("passed", "failed", "closed", "waiting", "skipped", "empty")),
        reason: may(text),
        behind: may(text),
      }),
    ),
  ),
  schedule: may(scheduleShape),
  saved: need(
    objectOf<SavedRecord>({
      replayedMs: need(quantity),
      skippedMs: need(quantity),
      // Steps that wait for each other leave gaps, so a run with little to run in parallel can be below zero.
      parallelMs: need(anyNumber),
    }),
  ),
  ai: may(
    objectOf<AiRecord>({
      provider: need(text),
      model: need(text),
      cacheMode: need(oneOf<AiRecord["cacheMode"]>("on", "off", "read-only", "refresh", "replay")),
      questions: need(count),
      cacheHits: need(count),
      coalesced: need(count),
      cacheMisses: need(count),
      calls: need(count),
      inputTokens: need(count),
      outputTokens: need(count),
      costUsd: may(quantity),
      savedInputTokens: need(count),
      savedOutputTokens: need(count),
      savedCostUsd: may(quantity),
      inconclusive: need(mapOf(count)),
    }),
  ),
  resources: may(
    objectOf<RunResourcesRecord>({
      cpuMs: may(quantity),
      peakMemoryBytes: may(quantity),
      readBytes: may(quantity),
      writeBytes: may(quantity),
      toolCpuMs: need(quantity),
      toolPeakMemoryBytes: need(quantity),
    }),
  ),
  speculation: may(
    objectOf<SpeculationRecord>({
      started: need(count),
      used: need(count),
      wasted: need(count),
      gainedMs: need(quantity),
      wastedMs: need(quantity),
    }),
  ),
  spans: need(
    listOf(
      objectOf<Span>({
        id: need(ordinal),
        parentId: may(ordinal),
        name: need(text),
        step: may(text),
        startMs: need(quantity),
        endMs: may(quantity),
        attributes: may(mapOf(either(text, anyNumber, flag))),
      }),
    ),
  ),
  notices: need(listOf(objectOf<NoticeRecord>({ code: need(text), message: need(text) }))),
});

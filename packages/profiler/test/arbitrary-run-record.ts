import * as fc from "fast-check";
import type {
  AiRecord,
  AiStepRecord,
  ChangeSetRecord,
  RunRecord,
  ScheduleRecord,
  StepRecord,
  UnreviewedRecord,
} from "../src/run-record.ts";
import type { Span } from "../src/span.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("code_review", "__proto__", "a\nb", "[x] {y}", '"', "", "\u2028", "\uD800"),
);
const ms = fc.double({ min: 0, max: 1e7, noNaN: true }).map((value) => Math.round(value * 1000) / 1000);
const date = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
  .map((value) => value.toISOString());
const count = fc.nat(1000);
const ordinal = fc.integer({ min: 1, max: 1000 });
const few = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 4 });
const named = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  few(fc.tuple(text, of)).map((entries) => Object.fromEntries(entries) as Record<string, T>);

const earlierRun = fc.record({ runId: text, at: date, durationMs: ms });

const aiStep: fc.Arbitrary<AiStepRecord> = fc.record({
  prompt: text,
  promptVersion: text,
  reviewedFiles: count,
  notReviewed: few(
    fc.record(
      {
        file: text,
        lines: fc.record({ first: ordinal, last: ordinal }),
        reason: fc.constantFrom<UnreviewedRecord["reason"]>("withheld", "too-large", "limit", "no-answer"),
        because: text,
      },
      { requiredKeys: ["file", "reason", "because"] },
    ),
  ),
  notReviewedTotal: count,
  redactions: named(count),
  droppedFindings: named(count),
});

const aiRun: fc.Arbitrary<AiRecord> = fc.record(
  {
    provider: text,
    model: text,
    cacheMode: fc.constantFrom<AiRecord["cacheMode"]>("on", "off", "read-only", "refresh", "replay"),
    questions: count,
    cacheHits: count,
    coalesced: count,
    cacheMisses: count,
    calls: count,
    inputTokens: count,
    outputTokens: count,
    costUsd: ms,
    savedInputTokens: count,
    savedOutputTokens: count,
    savedCostUsd: ms,
    inconclusive: named(count),
  },
  {
    requiredKeys: [
      "provider",
      "model",
      "cacheMode",
      "questions",
      "cacheHits",
      "coalesced",
      "cacheMisses",
      "calls",
      "inputTokens",
      "outputTokens",
      "savedInputTokens",
      "savedOutputTokens",
      "inconclusive",
    ],
  },
);

/** Ids are made unique by the record. */
const step: fc.Arbitrary<StepRecord> = fc
  .record(
    {
      id: text,
      kind: fc.constantFrom<StepRecord["kind"]>("shell", "module", "ai"),
      stage: text,
      unit: text,
      decision: fc.record(
        {
          action: fc.constantFrom<StepRecord["decision"]["action"]>("run", "replay", "skip"),
          reason: text,
          explanation: text,
          shadowOf: text,
        },
        { requiredKeys: ["action", "reason", "explanation"] },
      ),
      outcome: fc.constantFrom<StepRecord["outcome"]>(
        "passed",
        "failed",
        "timed-out",
        "cancelled",
        "inconclusive",
        "replayed",
        "skipped",
      ),
      fingerprint: text,
      startedMs: ms,
      durationMs: ms,
      predictedMs: ms,
      predictedUpperMs: ms,
      features: named(fc.oneof(text, ms, fc.boolean())),
      attempts: count,
      ahead: fc.constant(true as const),
      flaky: fc.constant(true as const),
      provisional: fc.constant(true as const),
      exitCode: fc.integer({ min: -1, max: 255 }),
      signal: text,
      message: text,
      log: text,
      replayedFrom: earlierRun,
      provedBy: earlierRun,
      waits: few(
        fc
          .record({
            cause: fc.constantFrom<StepRecord["waits"][number]["cause"]>("need", "resource", "group", "slot", "plan"),
            on: text,
            fromMs: ms,
            toMs: ms,
          })
          .map((wait) => ({ ...wait, toMs: Math.max(wait.fromMs, wait.toMs) })),
      ),
      findings: few(
        fc.record(
          {
            rule: text,
            severity: fc.constantFrom<StepRecord["findings"][number]["severity"]>("error", "warning", "info"),
            message: text,
            file: text,
            line: ordinal,
            column: ordinal,
            endLine: ordinal,
            confidence: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => Math.round(value * 100) / 100),
            suggestion: text,
          },
          { requiredKeys: ["rule", "severity", "message"] },
        ),
      ),
      ai: aiStep,
      resources: fc.record(
        {
          method: fc.constantFrom<NonNullable<StepRecord["resources"]>["method"]>("proc", "cgroup", "ps", "thread"),
          cpuMs: ms,
          systemCpuMs: ms,
          peakMemoryBytes: count,
          readBytes: count,
          writeBytes: count,
          peakProcesses: count,
          samples: count,
          estimatedCpuMs: ms,
        },
        { requiredKeys: ["method", "samples"] },
      ),
      testProfile: fc.record(
        {
          runner: text,
          phases: few(fc.record({ name: text, ms })),
          tests: fc.record({ passed: count, failed: count, skipped: count }),
        },
        { requiredKeys: ["runner", "phases"] },
      ),
    },
    { requiredKeys: ["id", "kind", "decision", "outcome", "durationMs", "attempts", "waits", "findings"] },
  )
  .map((one): StepRecord =>
    one.startedMs === undefined ? one : { ...one, finishedMs: one.startedMs + one.durationMs },
  );

const changeSet: fc.Arbitrary<ChangeSetRecord> = fc.oneof(
  fc.record({
    known: fc.constant(true as const),
    base: fc.record({ oid: fc.option(text), ref: text, how: text }),
    headOid: fc.option(text),
    total: count,
    changes: few(
      fc.record(
        { path: text, previousPath: text, status: text, category: text, rule: text },
        { requiredKeys: ["path", "status", "category", "rule"] },
      ),
    ),
    categories: named(count),
  }),
  fc.record({ known: fc.constant(false as const), code: text, message: text, remedy: text }),
);

/** Spans as a recorder makes them: ids from 1, parents before children; some unfinished, some outliving their parent. */
export const arbitrarySpans = (stepIds: readonly string[]): fc.Arbitrary<Span[]> =>
  fc
    .array(
      fc.record({
        name: fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom("setup", "ai_call", "git_operations") },
          { weight: 1, arbitrary: text },
        ),
        parent: fc.option(fc.nat(30)),
        step: stepIds.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...stepIds)),
        startMs: fc.nat(50),
        durationMs: fc.option(fc.nat(50), { freq: 10 }),
        attributes: fc.option(
          named(fc.oneof<fc.Arbitrary<string | number | boolean>[]>(text, fc.integer(), fc.boolean())),
        ),
      }),
      { maxLength: 12 },
    )
    .map((drafts) => {
      const spans: Span[] = [];
      for (const draft of drafts) {
        const parent = draft.parent === null || spans.length === 0 ? undefined : spans[draft.parent % spans.length];
        const startMs = (parent?.startMs ?? 0) + draft.startMs;
        const ownStep = parent?.step ?? draft.step ?? undefined;
        spans.push({
          id: spans.length + 1,
          ...(parent === undefined ? {} : { parentId: parent.id }),
          name: draft.name,
          ...(ownStep === undefined ? {} : { step: ownStep }),
          startMs,
          ...(draft.durationMs === null ? {} : { endMs: startMs + draft.durationMs }),
          ...(draft.attributes === null ? {} : { attributes: draft.attributes }),
        });
      }
      return spans;
    });

const expectedFailure = fc.record({ expectedMs: ms, makespanMs: ms });

const schedule: fc.Arbitrary<ScheduleRecord> = fc.record(
  {
    strategy: text,
    maxParallel: ordinal,
    capacity: named(ms),
    planned: few(
      fc.record(
        { id: text, startMs: ms, finishMs: ms, slot: fc.nat(3), slackMs: ms, ahead: fc.boolean() },
        { requiredKeys: ["id", "startMs", "finishMs", "slot", "slackMs"] },
      ),
    ),
    plannedMakespanMs: ms,
    lowerBoundMs: ms,
    criticalPath: few(text),
    actualMakespanMs: ms,
    objective: fc.constantFrom("makespan" as const, "first-failure" as const),
    objectives: fc.record(
      {
        runs: count,
        failedRuns: count,
        failureProbability: fc.double({ min: 0, max: 1, noNaN: true }),
        makespan: expectedFailure,
        firstFailure: expectedFailure,
      },
      { requiredKeys: ["runs", "failureProbability", "makespan", "firstFailure"] },
    ),
  },
  {
    requiredKeys: [
      "strategy",
      "maxParallel",
      "capacity",
      "planned",
      "plannedMakespanMs",
      "lowerBoundMs",
      "criticalPath",
      "actualMakespanMs",
    ],
  },
);

/** Any run record that the type allows, with unique step ids and a schedule whose slots name real steps now and then. */
export const arbitraryRunRecord: fc.Arbitrary<RunRecord> = fc
  .uniqueArray(step, { maxLength: 6, selector: (one) => one.id })
  .chain((steps) =>
    fc.record(
      {
        schema: fc.constant("ai-workflow/run-record" as const),
        version: fc.constant(1 as const),
        runId: text,
        workflowId: text,
        toolVersion: text,
        startedAt: date,
        finishedAt: date,
        durationMs: ms,
        status: fc.constantFrom<RunRecord["status"]>("passed", "failed", "inconclusive", "partial", "cancelled"),
        optimizations: fc.record({
          smartExecution: fc.boolean(),
          parallelExecution: fc.boolean(),
          multiStage: fc.boolean(),
          mlOptimize: fc.boolean(),
        }),
        environment: fc.record(
          {
            platform: text,
            arch: text,
            nodeVersion: text,
            cpuModel: text,
            cpuCount: count,
            memoryBytes: count,
            loadAverage1m: ms,
            pressure: fc.record({ cpu: ms, io: ms, memory: ms }),
            ci: fc.boolean(),
          },
          {
            requiredKeys: [
              "platform",
              "arch",
              "nodeVersion",
              "cpuModel",
              "cpuCount",
              "memoryBytes",
              "loadAverage1m",
              "ci",
            ],
          },
        ),
        changeSet,
        steps: fc.constant(steps),
        stages: few(
          fc.record(
            {
              id: text,
              state: fc.constantFrom<RunRecord["stages"][number]["state"]>(
                "passed",
                "failed",
                "closed",
                "waiting",
                "skipped",
                "empty",
              ),
              reason: text,
              behind: text,
            },
            { requiredKeys: ["id", "state"] },
          ),
        ),
        schedule: schedule.map((one) => ({
          ...one,
          planned: one.planned.map((plan, index) => ({ ...plan, id: steps[index]?.id ?? plan.id })),
        })),
        saved: fc.record({ replayedMs: ms, skippedMs: ms, parallelMs: fc.integer() }),
        ai: aiRun,
        resources: fc.record(
          {
            cpuMs: ms,
            peakMemoryBytes: count,
            readBytes: count,
            writeBytes: count,
            toolCpuMs: ms,
            toolPeakMemoryBytes: count,
          },
          { requiredKeys: ["toolCpuMs", "toolPeakMemoryBytes"] },
        ),
        speculation: fc.record({ started: count, used: count, wasted: count, gainedMs: ms, wastedMs: ms }),
        spans: arbitrarySpans(steps.map(({ id }) => id)),
        notices: few(fc.record({ code: text, message: text })),
      },
      {
        requiredKeys: [
          "schema",
          "version",
          "runId",
          "workflowId",
          "toolVersion",
          "startedAt",
          "finishedAt",
          "durationMs",
          "status",
          "optimizations",
          "environment",
          "changeSet",
          "steps",
          "stages",
          "saved",
          "spans",
          "notices",
        ],
      },
    ),
  );

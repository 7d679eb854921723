import type { RunRecord, StepRecord } from "../run-record.ts";
import { otlpResource, otlpScope, type OtlpResourceOptions } from "./otlp-resource.ts";
import {
  integer,
  OTLP_SCHEMA_URL,
  OTLP_TEMPORALITY,
  otlpAttributes,
  unixNano,
  type OtlpAttribute,
  type OtlpHistogramPoint,
  type OtlpInput,
  type OtlpMetric,
  type OtlpMetrics,
  type OtlpNumberPoint,
  type OtlpTemporality,
} from "./otlp.ts";
import { runErrorType, runResult, stepErrorType, stepResult } from "./pipeline-result.ts";

/** Options of {@link toOtlpMetrics}. */
export interface ToOtlpMetricsOptions extends OtlpResourceOptions {
  /**
   * What sums and histograms count from: `cumulative` from the start of the process, which here is the run, or `delta` from the export
   * before. The numbers are the same, but each receiver knows what to do with one of them.
   *
   * @defaultValue `"cumulative"`, as everywhere in OpenTelemetry
   */
  readonly temporality?: "cumulative" | "delta" | undefined;
  /**
   * Adds run id and revisions to the resource. Then each run makes new time series.
   *
   * @defaultValue `false`
   */
  readonly runIdentity?: boolean | undefined;
}

/** Upper bounds of the buckets of durations, in seconds: from a linter's second to a long run's hours. */
const SECONDS_BOUNDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400] as const;

interface Context {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly temporality: OtlpTemporality;
}

/**
 * Gives a run's numbers as the body of an OTLP/HTTP request for metrics, in the JSON encoding: `cicd.pipeline.run.duration` and
 * `cicd.pipeline.run.errors` by the semantic conventions for CI/CD, and under `ai_workflow.` durations, CPU time, memory and storage of each
 * step that started, cache and model use. What was not measured is absent. Durations are in seconds, sizes in bytes.
 *
 * Source: open-telemetry/semantic-conventions, `docs/cicd/cicd-metrics.md`.
 */
export function toOtlpMetrics(record: RunRecord, options: ToOtlpMetricsOptions = {}): OtlpMetrics {
  const context: Context = {
    startTimeUnixNano: unixNano(record.startedAt, 0),
    timeUnixNano: unixNano(record.startedAt, Math.max(0, record.durationMs)),
    temporality: OTLP_TEMPORALITY[options.temporality ?? "cumulative"],
  };
  const metrics = [...runMetrics(record, context), ...stepMetrics(record, context), ...aiMetrics(record, context)];
  return {
    resourceMetrics: [
      {
        resource: otlpResource(record, { ...options, identity: options.runIdentity ?? false }),
        scopeMetrics: [{ scope: otlpScope(record), metrics }],
        schemaUrl: OTLP_SCHEMA_URL,
      },
    ],
  };
}

function runMetrics(record: RunRecord, context: Context): readonly OtlpMetric[] {
  const pipeline = { "cicd.pipeline.name": record.workflowId };
  const { resources, saved } = record;
  // What ended as an error more than once is one time series.
  const errors = new Map<string, number>();
  for (const step of record.steps) {
    const type = stepErrorType(step);
    if (type !== undefined) errors.set(type, (errors.get(type) ?? 0) + 1);
  }
  return [
    histogram(
      context,
      "cicd.pipeline.run.duration",
      "Duration of a pipeline run grouped by pipeline, state and result.",
      [
        {
          seconds: record.durationMs / 1000,
          attributes: otlpAttributes({
            ...pipeline,
            "cicd.pipeline.run.state": "executing",
            "cicd.pipeline.result": runResult(record.status),
            "error.type": runErrorType(record.status),
          }),
        },
      ],
    ),
    ...counter(
      context,
      {
        name: "cicd.pipeline.run.errors",
        unit: "{error}",
        description: "The number of errors encountered in pipeline runs.",
      },
      [...errors].map(([type, count]) => ({ value: count, attributes: { ...pipeline, "error.type": type } })),
    ),
    ...gauge(
      context,
      {
        name: "ai_workflow.run.saved_time",
        unit: "s",
        description: "Time not spent because of replays, skips and parallel steps.",
      },
      [
        { value: { double: saved.replayedMs / 1000 }, attributes: { ...pipeline, "ai_workflow.saved.by": "replay" } },
        { value: { double: saved.skippedMs / 1000 }, attributes: { ...pipeline, "ai_workflow.saved.by": "skip" } },
        { value: { double: saved.parallelMs / 1000 }, attributes: { ...pipeline, "ai_workflow.saved.by": "parallel" } },
      ],
    ),
    ...gauge(
      context,
      {
        name: "ai_workflow.run.cpu_time",
        unit: "s",
        description: "CPU time of all measured steps, and of the tool itself.",
      },
      resources === undefined
        ? []
        : [
            ...(resources.cpuMs === undefined
              ? []
              : [
                  { value: { double: resources.cpuMs / 1000 }, attributes: { ...pipeline, "ai_workflow.of": "steps" } },
                ]),
            { value: { double: resources.toolCpuMs / 1000 }, attributes: { ...pipeline, "ai_workflow.of": "tool" } },
          ],
    ),
    ...gauge(
      context,
      {
        name: "ai_workflow.run.peak_memory",
        unit: "By",
        description: "Largest memory of all steps at the same time, and of the tool itself.",
      },
      resources === undefined
        ? []
        : [
            { value: resources.peakMemoryBytes, attributes: { ...pipeline, "ai_workflow.of": "steps" } },
            { value: resources.toolPeakMemoryBytes, attributes: { ...pipeline, "ai_workflow.of": "tool" } },
          ],
    ),
  ];
}

function stepMetrics(record: RunRecord, context: Context): readonly OtlpMetric[] {
  const started = record.steps.filter((step) => step.startedMs !== undefined);
  const ofStep = (step: StepRecord): Readonly<Record<string, OtlpInput>> => ({
    "cicd.pipeline.name": record.workflowId,
    "cicd.pipeline.task.name": step.id,
  });
  const perStep = (of: (step: StepRecord) => OtlpInput, further: Readonly<Record<string, OtlpInput>> = {}): Value[] =>
    started.map((step) => ({ value: of(step), attributes: { ...ofStep(step), ...further } }));
  const outcomes = new Map<string, number>();
  for (const { outcome } of record.steps) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return [
    ...(started.length === 0
      ? []
      : [
          histogram(
            context,
            "ai_workflow.step.duration",
            "Duration of the last attempt of each step that started.",
            started.map((step) => ({
              seconds: step.durationMs / 1000,
              attributes: otlpAttributes({
                ...ofStep(step),
                "cicd.pipeline.task.run.result": stepResult(step.outcome),
                "error.type": stepErrorType(step),
              }),
            })),
          ),
        ]),
    ...counter(
      context,
      { name: "ai_workflow.steps", unit: "{step}", description: "Steps by how they ended." },
      [...outcomes].map(([outcome, count]) => ({
        value: count,
        attributes: { "cicd.pipeline.name": record.workflowId, "ai_workflow.step.outcome": outcome },
      })),
    ),
    ...gauge(
      context,
      { name: "ai_workflow.step.cpu_time", unit: "s", description: "CPU time of all processes of the step." },
      perStep(({ resources }) => (resources?.cpuMs === undefined ? undefined : { double: resources.cpuMs / 1000 })),
    ),
    ...gauge(
      context,
      {
        name: "ai_workflow.step.peak_memory",
        unit: "By",
        description: "Largest resident memory of all processes of the step.",
      },
      perStep(({ resources }) => resources?.peakMemoryBytes),
    ),
    ...gauge(
      context,
      {
        name: "ai_workflow.step.disk_io",
        unit: "By",
        description: "Bytes fetched from and sent to storage by the step.",
      },
      [
        ...perStep(({ resources }) => resources?.readBytes, { "disk.io.direction": "read" }),
        ...perStep(({ resources }) => resources?.writeBytes, { "disk.io.direction": "write" }),
      ],
    ),
  ];
}

function aiMetrics({ ai, workflowId }: RunRecord, context: Context): readonly OtlpMetric[] {
  if (ai === undefined) return [];
  const model = {
    "cicd.pipeline.name": workflowId,
    "gen_ai.provider.name": ai.provider,
    "gen_ai.request.model": ai.model,
  };
  return [
    ...counter(
      context,
      { name: "ai_workflow.ai.questions", unit: "{question}", description: "Questions by who answered." },
      [
        { value: ai.cacheHits, attributes: { ...model, "ai_workflow.ai.cache": "hit" } },
        { value: ai.coalesced, attributes: { ...model, "ai_workflow.ai.cache": "coalesced" } },
        { value: ai.cacheMisses, attributes: { ...model, "ai_workflow.ai.cache": "miss" } },
      ],
    ),
    ...counter(context, { name: "ai_workflow.ai.calls", unit: "{call}", description: "Calls to the provider." }, [
      { value: ai.calls, attributes: model },
    ]),
    ...counter(context, { name: "ai_workflow.ai.tokens", unit: "{token}", description: "Tokens spent." }, [
      { value: ai.inputTokens, attributes: { ...model, "gen_ai.token.type": "input" } },
      { value: ai.outputTokens, attributes: { ...model, "gen_ai.token.type": "output" } },
    ]),
    ...counter(
      context,
      {
        name: "ai_workflow.ai.saved_tokens",
        unit: "{token}",
        description: "Tokens that stored answers took, and not again.",
      },
      [
        { value: ai.savedInputTokens, attributes: { ...model, "gen_ai.token.type": "input" } },
        { value: ai.savedOutputTokens, attributes: { ...model, "gen_ai.token.type": "output" } },
      ],
    ),
    ...counter(context, { name: "ai_workflow.ai.cost", unit: "{USD}", description: "Cost by the price list." }, [
      { value: ai.costUsd === undefined ? undefined : { double: ai.costUsd }, attributes: model },
    ]),
  ];
}

interface Value {
  readonly value: OtlpInput;
  readonly attributes: Readonly<Record<string, OtlpInput>>;
}

interface Head {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

function points(context: Context, values: readonly Value[]): readonly OtlpNumberPoint[] {
  const { startTimeUnixNano, timeUnixNano } = context;
  return values.flatMap(({ value, attributes }): readonly OtlpNumberPoint[] => {
    const head = { attributes: otlpAttributes(attributes), startTimeUnixNano, timeUnixNano };
    if (typeof value === "number" && Number.isSafeInteger(value)) return [{ ...head, asInt: integer(value) }];
    const double = typeof value === "object" ? value.double : value;
    return typeof double === "number" && Number.isFinite(double) ? [{ ...head, asDouble: double + 0 }] : [];
  });
}

/** None where nothing was measured: a metric without points says nothing. */
function gauge(context: Context, head: Head, values: readonly Value[]): readonly OtlpMetric[] {
  const dataPoints = points(context, values);
  return dataPoints.length === 0 ? [] : [{ ...head, gauge: { dataPoints } }];
}

function counter(context: Context, head: Head, values: readonly Value[]): readonly OtlpMetric[] {
  const dataPoints = points(context, values);
  if (dataPoints.length === 0) return [];
  return [{ ...head, sum: { dataPoints, aggregationTemporality: context.temporality, isMonotonic: true } }];
}

function histogram(
  context: Context,
  name: string,
  description: string,
  values: readonly { readonly seconds: number; readonly attributes: readonly OtlpAttribute[] }[],
): OtlpMetric {
  const { startTimeUnixNano, timeUnixNano, temporality } = context;
  return {
    name,
    unit: "s",
    description,
    histogram: {
      dataPoints: values.map(({ seconds, attributes }): OtlpHistogramPoint => {
        const bucket = SECONDS_BOUNDS.findIndex((bound) => seconds <= bound);
        const own = bucket === -1 ? SECONDS_BOUNDS.length : bucket;
        return {
          attributes,
          startTimeUnixNano,
          timeUnixNano,
          count: "1",
          sum: seconds,
          bucketCounts: Array.from({ length: SECONDS_BOUNDS.length + 1 }, (_, index) => (index === own ? "1" : "0")),
          explicitBounds: SECONDS_BOUNDS,
          min: seconds,
          max: seconds,
        };
      }),
      aggregationTemporality: temporality,
    },
  };
}

import type { RunRecord, StepRecord } from "../run-record.ts";
import type { Span } from "../span.ts";
import { deriveTraceIds } from "./derive-trace-ids.ts";
import { otlpResource, otlpScope, type OtlpResourceOptions } from "./otlp-resource.ts";
import {
  OTLP_SCHEMA_URL,
  OTLP_SPAN_KIND,
  OTLP_STATUS,
  otlpAttributes,
  otlpText,
  unixNano,
  type OtlpInput,
  type OtlpSpan,
  type OtlpTraces,
} from "./otlp.ts";
import type { TraceParent } from "./parse-trace-parent.ts";
import { runErrorType, runResult, stepErrorType, stepResult } from "./pipeline-result.ts";

/** Options of {@link toOtlpTraces}. */
export interface ToOtlpTracesOptions extends OtlpResourceOptions {
  /** The span of another process that the run is part of: the run becomes its child. */
  readonly parent?: TraceParent | undefined;
  /** The parent's `tracestate`, handed on as it is. */
  readonly traceState?: string | undefined;
  /** Gives the URL under which a step's log or result can be seen; without it a step has the run's URL. */
  readonly stepUrl?: ((step: StepRecord) => string | undefined) | undefined;
}

/** Bit 0: sampled. Bit 8: bit 9 is to be trusted. Bit 9: the parent is in another process. */
const FLAGS = { local: 0x101, remote: 0x301 } as const;

/**
 * Gives a run as the body of an OTLP/HTTP request for traces, in the JSON encoding, by the semantic conventions for CI/CD: the run is a span
 * of kind SERVER, its steps are spans of kind INTERNAL in it, and the spans that steps and run recorded lie inside those. Steps that did not
 * start are spans without length at the run's start, so that each decision can be found. What the conventions have no name for begins with
 * `ai_workflow.`.
 *
 * Ids come from SHA-256 over the run's identity: exporting a record again gives the same ids. A span that never ended lasts to the end of its
 * step or run and has `ai_workflow.unfinished`.
 *
 * Source: open-telemetry/semantic-conventions, `docs/cicd/cicd-spans.md`.
 *
 * @example
 * ```ts
 * await fetch("http://localhost:4318/v1/traces", {
 *   method: "POST",
 *   headers: { "content-type": "application/json" },
 *   body: JSON.stringify(toOtlpTraces(record)),
 * });
 * ```
 */
export function toOtlpTraces(record: RunRecord, options: ToOtlpTracesOptions = {}): OtlpTraces {
  const ids = deriveTraceIds(record, options.parent);
  const at = (ms: number): string => unixNano(record.startedAt, ms);
  const shared = {
    traceId: ids.traceId,
    ...(options.traceState === undefined ? {} : { traceState: options.traceState }),
  };

  const run: OtlpSpan = {
    ...shared,
    spanId: ids.runSpanId,
    ...(options.parent === undefined ? {} : { parentSpanId: options.parent.spanId }),
    flags: options.parent === undefined ? FLAGS.local : FLAGS.remote,
    name: otlpText(`RUN ${record.workflowId}`),
    kind: OTLP_SPAN_KIND.server,
    startTimeUnixNano: at(0),
    endTimeUnixNano: at(Math.max(0, record.durationMs)),
    attributes: otlpAttributes(runAttributes(record)),
    status: statusOf(runErrorType(record.status)),
  };

  const occurrences = new Map<string, number>();
  const stepSpanIds = record.steps.map(({ id }) => {
    const before = occurrences.get(id) ?? 0;
    occurrences.set(id, before + 1);
    return ids.stepSpanId(id, before);
  });
  const stepSpans = record.steps.map((step, index): OtlpSpan => {
    const startMs = step.startedMs ?? 0;
    return {
      ...shared,
      spanId: stepSpanIds[index] ?? ids.stepSpanId(step.id),
      parentSpanId: run.spanId,
      flags: FLAGS.local,
      name: nonEmpty(step.id),
      kind: OTLP_SPAN_KIND.internal,
      startTimeUnixNano: at(startMs),
      endTimeUnixNano: at(endMsOf(step, record)),
      attributes: otlpAttributes({
        ...stepAttributes(step),
        "cicd.pipeline.task.run.id": `${record.runId}/${step.id}`,
        "cicd.pipeline.task.run.url.full": options.stepUrl?.(step) ?? options.runUrl,
      }),
      status: statusOf(stepErrorType(step), step.message),
    };
  });
  const stepIndexes = new Map(record.steps.map(({ id }, index) => [id, index]));
  const spanIndexes = new Map(record.spans.map(({ id }, index) => [id, index]));

  const parentOf = (span: Span, index: number): string => {
    const outer = span.parentId === undefined ? undefined : spanIndexes.get(span.parentId);
    // A record that was tampered with must not make a circle.
    if (outer !== undefined && outer < index) return ids.innerSpanId(outer);
    const step = span.step === undefined ? undefined : stepIndexes.get(span.step);
    return step === undefined ? run.spanId : (stepSpanIds[step] ?? run.spanId);
  };
  const spans = record.spans.map((span, index): OtlpSpan => {
    const step = span.step === undefined ? undefined : record.steps[stepIndexes.get(span.step) ?? -1];
    const openEndMs = step?.startedMs === undefined ? record.durationMs : endMsOf(step, record);
    return {
      ...shared,
      spanId: ids.innerSpanId(index),
      parentSpanId: parentOf(span, index),
      flags: FLAGS.local,
      name: nonEmpty(span.name),
      kind: OTLP_SPAN_KIND.internal,
      startTimeUnixNano: at(span.startMs),
      endTimeUnixNano: at(Math.max(span.startMs, span.endMs ?? openEndMs)),
      attributes: otlpAttributes(spanAttributes(span)),
      status: { code: OTLP_STATUS.unset },
    };
  });

  return {
    resourceSpans: [
      {
        resource: otlpResource(record, { ...options, identity: true }),
        scopeSpans: [{ scope: otlpScope(record), spans: [run, ...stepSpans, ...spans] }],
        schemaUrl: OTLP_SCHEMA_URL,
      },
    ],
  };
}

/** Receivers refuse a span without a name. */
const nonEmpty = (name: string): string => (name === "" ? "(no name)" : otlpText(name));

function statusOf(errorType: string | undefined, message?: string): OtlpSpan["status"] {
  if (errorType === undefined) return { code: OTLP_STATUS.unset };
  return { code: OTLP_STATUS.error, message: otlpText(message ?? errorType) };
}

function endMsOf(step: StepRecord, record: RunRecord): number {
  const startMs = step.startedMs ?? 0;
  if (step.startedMs === undefined) return startMs;
  return Math.max(startMs, step.finishedMs ?? Math.max(record.durationMs, startMs + step.durationMs));
}

function runAttributes(record: RunRecord): Readonly<Record<string, OtlpInput>> {
  const { ai, resources, saved, schedule } = record;
  return {
    "cicd.pipeline.action.name": "RUN",
    "cicd.pipeline.result": runResult(record.status),
    "error.type": runErrorType(record.status),
    "ai_workflow.run.status": record.status,
    "ai_workflow.run.steps": record.steps.length,
    "ai_workflow.run.saved.replayed_ms": { double: saved.replayedMs },
    "ai_workflow.run.saved.skipped_ms": { double: saved.skippedMs },
    "ai_workflow.run.saved.parallel_ms": { double: saved.parallelMs },
    "ai_workflow.run.max_parallel": schedule?.maxParallel,
    "ai_workflow.run.cpu_ms": double(resources?.cpuMs),
    "ai_workflow.run.peak_memory_bytes": resources?.peakMemoryBytes,
    "ai_workflow.ai.provider": ai?.provider,
    "ai_workflow.ai.model": ai?.model,
    "ai_workflow.ai.calls": ai?.calls,
    "ai_workflow.ai.cache_hits": ai?.cacheHits,
    "ai_workflow.ai.cache_misses": ai?.cacheMisses,
    "ai_workflow.ai.input_tokens": ai?.inputTokens,
    "ai_workflow.ai.output_tokens": ai?.outputTokens,
    "ai_workflow.ai.cost_usd": double(ai?.costUsd),
  };
}

function stepAttributes(step: StepRecord): Readonly<Record<string, OtlpInput>> {
  const { resources } = step;
  return {
    "cicd.pipeline.task.name": step.id,
    "cicd.pipeline.task.run.result": stepResult(step.outcome),
    "error.type": stepErrorType(step),
    "ai_workflow.step.kind": step.kind,
    "ai_workflow.step.stage": step.stage,
    "ai_workflow.step.unit": step.unit,
    "ai_workflow.step.outcome": step.outcome,
    "ai_workflow.step.decision": step.decision.action,
    "ai_workflow.step.reason": step.decision.reason,
    "ai_workflow.step.attempts": step.attempts,
    "ai_workflow.step.findings": step.findings.length,
    "ai_workflow.step.fingerprint": step.fingerprint,
    "ai_workflow.step.predicted_ms": double(step.predictedMs),
    "ai_workflow.step.waited_ms": double(waitedMs(step)),
    "ai_workflow.step.replayed_from": step.replayedFrom?.runId,
    "ai_workflow.step.cpu_ms": double(resources?.cpuMs),
    "ai_workflow.step.peak_memory_bytes": resources?.peakMemoryBytes,
    "ai_workflow.step.read_bytes": resources?.readBytes,
    "ai_workflow.step.write_bytes": resources?.writeBytes,
    "process.exit.code": step.exitCode,
  };
}

/** Waits of one step come one after the other. */
const waitedMs = (step: StepRecord): number =>
  step.waits.reduce((sum, wait) => sum + Math.max(0, wait.toMs - wait.fromMs), 0);

function spanAttributes(span: Span): Readonly<Record<string, OtlpInput>> {
  const own = Object.entries(span.attributes ?? {}).map(([key, value]) => [`ai_workflow.span.${key}`, value] as const);
  return {
    "cicd.pipeline.task.name": span.step,
    ...Object.fromEntries(own),
    "ai_workflow.unfinished": span.endMs === undefined ? true : undefined,
  };
}

const double = (value: number | undefined): OtlpInput => (value === undefined ? undefined : { double: value });

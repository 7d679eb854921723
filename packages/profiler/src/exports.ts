/** What a run record can be exported as. Not part of the main entry point, which is loaded at every start. */
export { ciRunUrl } from "./exports/ci-run-url.ts";
export { deriveTraceIds } from "./exports/derive-trace-ids.ts";
export type { RunIdentity, TraceIds } from "./exports/derive-trace-ids.ts";
export { OTLP_MAX_TRIES, sendOtlp } from "./exports/send-otlp.ts";
export type { OtlpOutcome, SendOtlpOptions } from "./exports/send-otlp.ts";
export { DEFAULT_OTLP_ENDPOINT, DEFAULT_OTLP_TIMEOUT_MS } from "./exports/otlp-settings.ts";
export type { Environment, OtlpSignal } from "./exports/otlp-settings.ts";
export type { OtlpResourceOptions } from "./exports/otlp-resource.ts";
export type {
  OtlpAttribute,
  OtlpHistogramPoint,
  OtlpInteger,
  OtlpMetric,
  OtlpMetrics,
  OtlpNumberPoint,
  OtlpResource,
  OtlpScope,
  OtlpSpan,
  OtlpTemporality,
  OtlpTraces,
  OtlpValue,
} from "./exports/otlp.ts";
export { parseTraceParent } from "./exports/parse-trace-parent.ts";
export type { TraceParent } from "./exports/parse-trace-parent.ts";
export { toOtlpMetrics } from "./exports/to-otlp-metrics.ts";
export type { ToOtlpMetricsOptions } from "./exports/to-otlp-metrics.ts";
export { toOtlpTraces } from "./exports/to-otlp-traces.ts";
export type { ToOtlpTracesOptions } from "./exports/to-otlp-traces.ts";
export { EXPORT_FORMATS, exportRun, isExportFormat } from "./exports/export-run.ts";
export type { ExportFormat, ExportSource } from "./exports/export-run.ts";
export { toBenchmarkActionJson } from "./exports/to-benchmark-action-json.ts";
export type { BenchmarkActionValue } from "./exports/to-benchmark-action-json.ts";
export { toHyperfineJson } from "./exports/to-hyperfine-json.ts";
export type { HyperfineExport, HyperfineResult, ToHyperfineJsonOptions } from "./exports/to-hyperfine-json.ts";
export { OPEN_METRICS_CONTENT_TYPE, toOpenMetrics } from "./exports/to-open-metrics.ts";
export { toTraceEvents } from "./exports/to-trace-events.ts";
export type { ToTraceEventsOptions, Trace, TraceArgs, TraceEvent } from "./exports/to-trace-events.ts";
export { toGithubAnnotations } from "./exports/to-github-annotations.ts";
export { toGitlabCodeQuality } from "./exports/to-gitlab-code-quality.ts";
export type { CodeQualityIssue } from "./exports/to-gitlab-code-quality.ts";
export { toJunit } from "./exports/to-junit.ts";
export { toMarkdown } from "./exports/to-markdown.ts";
export { toSarif } from "./exports/to-sarif.ts";
export type { SarifInvocation, SarifLog, SarifResult, SarifRun } from "./exports/to-sarif.ts";

import { parseHistoryLine, type HistoryEntry } from "../history-entry.ts";
import type { RunRecord } from "../run-record.ts";
import { toHistoryLine } from "../to-history-line.ts";
import { printJson } from "./print-json.ts";
import { toBenchmarkActionJson } from "./to-benchmark-action-json.ts";
import { toGithubAnnotations } from "./to-github-annotations.ts";
import { toGitlabCodeQuality } from "./to-gitlab-code-quality.ts";
import { toHyperfineJson } from "./to-hyperfine-json.ts";
import { toJunit } from "./to-junit.ts";
import { toMarkdown } from "./to-markdown.ts";
import { toOpenMetrics } from "./to-open-metrics.ts";
import { toOtlpMetrics } from "./to-otlp-metrics.ts";
import { toOtlpTraces } from "./to-otlp-traces.ts";
import { toSarif } from "./to-sarif.ts";
import { toTraceEvents } from "./to-trace-events.ts";

/** What an export is made from. */
export interface ExportSource {
  readonly record: RunRecord;
  /** Past runs, oldest first; the record's own run may be among them. It is looked at only by formats that tell of them, so it may be a getter. */
  readonly history: readonly HistoryEntry[];
  /**
   * Folder of the configuration within the repository, with `/` at its end, for formats whose paths begin at the root of it.
   * @defaultValue the root
   */
  readonly prefix?: string | undefined;
}

/** A name under which a run can be exported. */
export type ExportFormat =
  | "markdown"
  | "junit"
  | "sarif"
  | "github"
  | "gitlab"
  | "trace"
  | "otlp-traces"
  | "otlp-metrics"
  | "openmetrics"
  | "hyperfine"
  | "github-action-benchmark";

const json = (value: unknown): string => `${printJson(value, 2)}\n`;

/** The formats in the order in which they are to be shown: what each is for, and how it is made. */
export const EXPORT_FORMATS: Readonly<
  Record<ExportFormat, { readonly about: string; readonly make: (source: ExportSource) => string }>
> = {
  markdown: {
    about: "what came of the run, for a job summary or a comment",
    make: ({ record }) => toMarkdown(record),
  },
  junit: {
    about: "JUnit XML, a test case for each step",
    make: ({ record }) => toJunit(record),
  },
  sarif: {
    about: "findings as SARIF 2.1.0, for code scanning",
    make: ({ record }) => json(toSarif(record)),
  },
  github: {
    about: "findings as annotations of GitHub Actions",
    make: ({ record, prefix }) => toGithubAnnotations(record, prefix),
  },
  gitlab: {
    about: "findings as a code quality report of GitLab",
    make: ({ record, prefix }) => json(toGitlabCodeQuality(record, prefix)),
  },
  trace: {
    about: "trace events for Perfetto, Chrome's developer tools and speedscope",
    // On one line: viewers do not mind, and indentation would triple a large trace.
    make: ({ record }) => `${printJson(toTraceEvents(record))}\n`,
  },
  "otlp-traces": {
    about: "OpenTelemetry traces, the JSON body for /v1/traces",
    make: ({ record }) => json(toOtlpTraces(record)),
  },
  "otlp-metrics": {
    about: "OpenTelemetry metrics, the JSON body for /v1/metrics",
    make: ({ record }) => json(toOtlpMetrics(record)),
  },
  openmetrics: {
    about: "OpenMetrics text for Prometheus",
    make: ({ record }) => toOpenMetrics(record),
  },
  hyperfine: {
    about: "timings of each step over past runs, as hyperfine exports them",
    make: ({ record, history }) => json(toHyperfineJson(withRun(history, record))),
  },
  "github-action-benchmark": {
    about: "values for github-action-benchmark, tool customSmallerIsBetter",
    make: ({ record }) => json(toBenchmarkActionJson(record)),
  },
};

/** Whether `name` is one of {@link EXPORT_FORMATS}. */
export function isExportFormat(name: string): name is ExportFormat {
  return Object.hasOwn(EXPORT_FORMATS, name);
}

/** Gives a run in a format, as text that ends with a line end. */
export function exportRun(format: ExportFormat, source: ExportSource): string {
  if (!isExportFormat(format)) {
    const names = Object.keys(EXPORT_FORMATS).join(", ");
    throw new RangeError(`Cannot export run: \`format\` must be one of ${names}, got ${JSON.stringify(format)}`);
  }
  return EXPORT_FORMATS[format].make(source);
}

/** The history with the record's run at its end, where it is not in it yet. */
function withRun(history: readonly HistoryEntry[], record: RunRecord): readonly HistoryEntry[] {
  if (history.some((entry) => entry.run_id === record.runId)) return history;
  const own = parseHistoryLine(toHistoryLine(record));
  return own.kind === "entry" ? [...history, own.entry] : history;
}

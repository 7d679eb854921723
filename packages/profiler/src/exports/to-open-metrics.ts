import type { RunRecord, RunStatus, StepOutcome, StepRecord } from "../run-record.ts";
import { machineClass } from "../to-history-line.ts";
import { withoutControls } from "./without-controls.ts";

/** Content type under which the text is to be served. */
export const OPEN_METRICS_CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  /** Left out when it is not a finite number. */
  readonly value: number | undefined;
}

interface Family {
  /** Ends in the unit, where there is one. */
  readonly name: string;
  readonly unit?: "seconds" | "bytes" | "dollars";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const STATUSES: readonly RunStatus[] = ["passed", "failed", "inconclusive", "partial", "cancelled"];
const OUTCOMES: readonly StepOutcome[] = [
  "passed",
  "failed",
  "timed-out",
  "cancelled",
  "inconclusive",
  "replayed",
  "skipped",
];

/**
 * Gives a run as OpenMetrics text, for a scrape, for the textfile collector of node_exporter or for a push gateway: when the last run ended,
 * how, how long it took and what it saved, and what each step took. All are gauges, since they tell of one run, and none has a label that is
 * different for each run. The text is also valid in the older text format of Prometheus. What was not measured is absent.
 *
 * Source: "OpenMetrics", 1.0.0.
 */
export function toOpenMetrics(record: RunRecord): string {
  const families = [...runFamilies(record), ...stepFamilies(record), ...aiFamilies(record)];
  return `${families.flatMap(familyLines).join("\n")}\n# EOF\n`;
}

function runFamilies(record: RunRecord): readonly Family[] {
  const labels = { workflow: record.workflowId };
  const { resources, saved, environment } = record;
  const finishedMs = Date.parse(record.finishedAt);
  return [
    {
      name: "ai_workflow_last_run_info",
      help: "Tool and class of machine of the last run",
      samples: [
        { labels: { ...labels, tool_version: record.toolVersion, machine: machineClass(environment) }, value: 1 },
      ],
    },
    {
      name: "ai_workflow_last_run_timestamp_seconds",
      unit: "seconds",
      help: "When the last run ended, in seconds since 1970",
      samples: [{ labels, value: finishedMs / 1000 }],
    },
    {
      name: "ai_workflow_last_run_duration_seconds",
      unit: "seconds",
      help: "How long the last run took",
      samples: [{ labels, value: record.durationMs / 1000 }],
    },
    {
      name: "ai_workflow_last_run_status",
      help: "1 for the status that the last run ended with, 0 for the others",
      samples: STATUSES.map((status) => ({ labels: { ...labels, status }, value: status === record.status ? 1 : 0 })),
    },
    {
      name: "ai_workflow_last_run_steps",
      help: "Steps of the last run by outcome",
      samples: OUTCOMES.map((outcome) => ({
        labels: { ...labels, outcome },
        value: record.steps.filter((step) => step.outcome === outcome).length,
      })),
    },
    {
      name: "ai_workflow_last_run_saved_seconds",
      unit: "seconds",
      help: "Time that the last run did not spend because of replays, skips and parallel steps",
      samples: [
        { labels: { ...labels, by: "replay" }, value: saved.replayedMs / 1000 },
        { labels: { ...labels, by: "skip" }, value: saved.skippedMs / 1000 },
        { labels: { ...labels, by: "parallel" }, value: saved.parallelMs / 1000 },
      ],
    },
    {
      name: "ai_workflow_last_run_cpu_seconds",
      unit: "seconds",
      help: "CPU time of the steps of the last run, and of the tool itself",
      samples: [
        { labels: { ...labels, of: "steps" }, value: seconds(resources?.cpuMs) },
        { labels: { ...labels, of: "tool" }, value: seconds(resources?.toolCpuMs) },
      ],
    },
    {
      name: "ai_workflow_last_run_peak_memory_bytes",
      unit: "bytes",
      help: "Largest memory of all steps of the last run at the same time, and of the tool itself",
      samples: [
        { labels: { ...labels, of: "steps" }, value: resources?.peakMemoryBytes },
        { labels: { ...labels, of: "tool" }, value: resources?.toolPeakMemoryBytes },
      ],
    },
  ];
}

function stepFamilies(record: RunRecord): readonly Family[] {
  const perStep = (of: (step: StepRecord) => number | undefined, further: Labels = {}): readonly Sample[] =>
    record.steps.map((step) => ({
      labels: { workflow: record.workflowId, step: step.id, ...further },
      value: of(step),
    }));
  return [
    {
      name: "ai_workflow_step_duration_seconds",
      unit: "seconds",
      help: "How long the last attempt of each step took that started in the last run",
      samples: perStep((step) => (step.startedMs === undefined ? undefined : step.durationMs / 1000)),
    },
    {
      name: "ai_workflow_step_predicted_seconds",
      unit: "seconds",
      help: "How long each step was expected to take",
      samples: perStep((step) => seconds(step.predictedMs)),
    },
    {
      name: "ai_workflow_step_outcome",
      help: "1 for the outcome of each step in the last run",
      samples: record.steps.map((step) => ({
        labels: { workflow: record.workflowId, step: step.id, outcome: step.outcome },
        value: 1,
      })),
    },
    {
      name: "ai_workflow_step_attempts",
      help: "How often each step was tried in the last run",
      samples: perStep((step) => step.attempts),
    },
    {
      name: "ai_workflow_step_findings",
      help: "Problems that each step found in the last run",
      samples: perStep((step) => step.findings.length),
    },
    {
      name: "ai_workflow_step_cpu_seconds",
      unit: "seconds",
      help: "CPU time of all processes of each step in the last run",
      samples: perStep((step) => seconds(step.resources?.cpuMs)),
    },
    {
      name: "ai_workflow_step_peak_memory_bytes",
      unit: "bytes",
      help: "Largest memory of all processes of each step in the last run",
      samples: perStep((step) => step.resources?.peakMemoryBytes),
    },
    {
      name: "ai_workflow_step_disk_bytes",
      unit: "bytes",
      help: "What each step fetched from storage and sent to it in the last run",
      samples: [
        ...perStep((step) => step.resources?.readBytes, { direction: "read" }),
        ...perStep((step) => step.resources?.writeBytes, { direction: "write" }),
      ],
    },
  ];
}

function aiFamilies({ ai, workflowId }: RunRecord): readonly Family[] {
  if (ai === undefined) return [];
  const labels = { workflow: workflowId, provider: ai.provider, model: ai.model };
  return [
    {
      name: "ai_workflow_last_run_ai_questions",
      help: "Questions to a model in the last run by who answered",
      samples: [
        { labels: { ...labels, cache: "hit" }, value: ai.cacheHits },
        { labels: { ...labels, cache: "coalesced" }, value: ai.coalesced },
        { labels: { ...labels, cache: "miss" }, value: ai.cacheMisses },
      ],
    },
    {
      name: "ai_workflow_last_run_ai_calls",
      help: "Calls to the provider in the last run",
      samples: [{ labels, value: ai.calls }],
    },
    {
      name: "ai_workflow_last_run_ai_tokens",
      help: "Tokens spent in the last run, and those of stored answers that were not spent again",
      samples: [
        { labels: { ...labels, direction: "input", spent: "yes" }, value: ai.inputTokens },
        { labels: { ...labels, direction: "output", spent: "yes" }, value: ai.outputTokens },
        { labels: { ...labels, direction: "input", spent: "no" }, value: ai.savedInputTokens },
        { labels: { ...labels, direction: "output", spent: "no" }, value: ai.savedOutputTokens },
      ],
    },
    {
      name: "ai_workflow_last_run_ai_cost_dollars",
      unit: "dollars",
      help: "What the last run cost by the price list, and what stored answers cost and not again",
      samples: [
        { labels: { ...labels, spent: "yes" }, value: ai.costUsd },
        { labels: { ...labels, spent: "no" }, value: ai.savedCostUsd },
      ],
    },
    {
      name: "ai_workflow_last_run_ai_inconclusive",
      help: "Questions without an answer in the last run by reason",
      samples: Object.entries(ai.inconclusive).map(([reason, value]) => ({ labels: { ...labels, reason }, value })),
    },
  ];
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

function familyLines({ name, unit, help, samples }: Family): readonly string[] {
  const lines = new Map<string, string>();
  for (const { labels, value } of samples) {
    if (value === undefined || !Number.isFinite(value)) continue;
    const series = Object.entries(labels)
      .map(([label, text]) => `${label}="${escapeLabel(text)}"`)
      .join(",");
    // Two names that differ only in what cannot be written would make one series twice, and the whole text worthless.
    if (!lines.has(series)) lines.set(series, `${name}{${series}} ${value}`);
  }
  if (lines.size === 0) return [];
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    ...lines.values(),
  ];
}

/** Control characters other than the line end have no escape, and some readers stop at them. */
const escapeLabel = (text: string): string =>
  withoutControls(text)
    .replaceAll(/[\t\r]/g, "\uFFFD")
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");

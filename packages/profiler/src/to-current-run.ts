import type { RunRecord, RunStatus } from "./run-record.ts";

/** `current_run.json`: the last run in short. Durations in seconds, sizes in MB (1024 × 1024 bytes), loads in percent. */
export interface CurrentRun {
  readonly workflow_id: string;
  /** ISO 8601 in UTC. */
  readonly start_time: string;
  /** ISO 8601 in UTC. */
  readonly end_time: string;
  readonly total_duration: number;
  readonly status: RunStatus;
  /** Steps with a good result in this run: passed or replayed. */
  readonly steps_completed: number;
  readonly total_steps: number;
  readonly optimizations: Readonly<Record<string, boolean>>;
  /** Duration of each step that started. */
  readonly step_timings: Readonly<Record<string, number>>;
  /** Questions to models: `calls`, `cache_hits`, `cache_misses`, tokens spent (`total_tokens`) and not spent again (`tokens_saved`), `total_duration`. */
  readonly ai_stats: Readonly<Record<string, number>>;
  /**
   * `cpu_count`, `memory_total_mb` and `load_percent` (one-minute load average per core) of the machine at the start; where steps were
   * measured also `cpu_avg_percent` (of all cores, over the run), `cpu_seconds`, `peak_memory_mb` and `disk_io_mb` (read and written).
   */
  readonly resource_usage: Readonly<Record<string, number>>;
}

/** Seconds with three decimals. */
export const toSeconds = (ms: number): number => Math.round(ms) / 1000;

const BYTES_PER_MB = 1024 * 1024;

/** MB with one decimal. */
export const toMb = (bytes: number): number => Math.round((10 * bytes) / BYTES_PER_MB) / 10;

function measured({ resources, environment, durationMs }: RunRecord): Readonly<Record<string, number>> {
  if (resources === undefined) return {};
  const { cpuMs, peakMemoryBytes, readBytes, writeBytes } = resources;
  const availableMs = durationMs * environment.cpuCount;
  return {
    ...(cpuMs === undefined ? {} : { cpu_seconds: toSeconds(cpuMs) }),
    ...(cpuMs !== undefined && availableMs > 0
      ? { cpu_avg_percent: Math.round((1000 * cpuMs) / availableMs) / 10 }
      : {}),
    ...(peakMemoryBytes === undefined ? {} : { peak_memory_mb: toMb(peakMemoryBytes) }),
    ...(readBytes === undefined && writeBytes === undefined
      ? {}
      : { disk_io_mb: toMb((readBytes ?? 0) + (writeBytes ?? 0)) }),
  };
}

function aiStats(record: RunRecord): Readonly<Record<string, number>> {
  const calls = record.spans.filter((span) => span.name === "ai_call");
  const countOf = (cache: string): number => calls.filter((span) => span.attributes?.["cache"] === cache).length;
  const tokensOf = (isHit: boolean): number =>
    calls.reduce((sum, { attributes }) => {
      const own = attributes?.["tokens"];
      return sum + (typeof own === "number" && (attributes?.["cache"] === "hit") === isHit ? own : 0);
    }, 0);
  const durationMs = calls.reduce(
    (sum, span) => sum + Math.max(0, (span.endMs ?? record.durationMs) - span.startMs),
    0,
  );
  return {
    calls: calls.length,
    cache_hits: countOf("hit"),
    cache_misses: countOf("miss"),
    total_tokens: tokensOf(false),
    tokens_saved: tokensOf(true),
    total_duration: toSeconds(durationMs),
  };
}

/**
 * Gives the content of `current_run.json`. AI statistics come from the spans named `ai_call` with the attributes
 * `cache` (`"hit"` or `"miss"`) and `tokens` (spent, or of a hit those not spent again).
 */
export function toCurrentRun(record: RunRecord): CurrentRun {
  const { environment } = record;
  const loadShare = environment.cpuCount > 0 ? environment.loadAverage1m / environment.cpuCount : 0;
  return {
    workflow_id: record.workflowId,
    start_time: record.startedAt,
    end_time: record.finishedAt,
    total_duration: toSeconds(record.durationMs),
    status: record.status,
    steps_completed: record.steps.filter(({ outcome }) => outcome === "passed" || outcome === "replayed").length,
    total_steps: record.steps.length,
    optimizations: {
      smart_execution: record.optimizations.smartExecution,
      parallel_execution: record.optimizations.parallelExecution,
      multi_stage: record.optimizations.multiStage,
      ml_optimize: record.optimizations.mlOptimize,
    },
    step_timings: Object.fromEntries(
      record.steps.filter((step) => step.startedMs !== undefined).map((step) => [step.id, toSeconds(step.durationMs)]),
    ),
    ai_stats: aiStats(record),
    resource_usage: {
      cpu_count: environment.cpuCount,
      memory_total_mb: Math.round(environment.memoryBytes / BYTES_PER_MB),
      load_percent: Math.round(loadShare * 1000) / 10,
      ...measured(record),
    },
  };
}

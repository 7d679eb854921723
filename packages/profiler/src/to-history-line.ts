import { HISTORY_VERSION, type HistoryEntry, type HistoryStep } from "./history-entry.ts";
import type { ResourceUsage } from "./resource-usage.ts";
import type { EnvironmentRecord, RunRecord, StepRecord } from "./run-record.ts";
import { toCurrentRun, toMb, toSeconds } from "./to-current-run.ts";

/**
 * Gives the class of a machine: durations measured on machines of one class can be compared. It names platform,
 * architecture, number of cores and processor model, for example `linux-x64 4x AMD EPYC 7763`.
 */
export function machineClass(environment: EnvironmentRecord): string {
  const { platform, arch, cpuCount, cpuModel } = environment;
  return `${platform}-${arch} ${cpuCount}x ${cpuModel.trim()}`.trimEnd();
}

const historyStep = (step: StepRecord): HistoryStep => ({
  id: step.id,
  outcome: step.outcome,
  seconds: toSeconds(step.durationMs),
  attempts: step.attempts,
  ...(step.flaky === undefined ? {} : { flaky: step.flaky }),
  ...(step.startedMs === undefined ? {} : { started: toSeconds(step.startedMs) }),
  ...(step.predictedMs === undefined ? {} : { predicted: toSeconds(step.predictedMs) }),
  ...(step.features === undefined ? {} : { features: step.features }),
  ...(step.stage === undefined ? {} : { stage: step.stage }),
  ...(step.unit === undefined ? {} : { unit: step.unit }),
  ...measured(step.resources),
  reason: step.decision.reason,
  ...(step.decision.shadowOf === undefined ? {} : { shadow_of: step.decision.shadowOf }),
});

/** Looks at a step without which its peak memory is no measurement. */
const FEWEST_LOOKS = 2;

const measured = (
  resources: ResourceUsage | undefined,
): Pick<HistoryStep, "cpu_seconds" | "system_seconds" | "peak_memory_mb" | "read_mb" | "write_mb"> => {
  const { cpuMs, systemCpuMs, readBytes, writeBytes, samples = 0 } = resources ?? {};
  // At a single look a step may have been seen before it had begun in earnest, and later runs go by what is written here.
  const peakMemoryBytes = samples < FEWEST_LOOKS ? undefined : resources?.peakMemoryBytes;
  return {
    ...(cpuMs === undefined ? {} : { cpu_seconds: toSeconds(cpuMs) }),
    ...(systemCpuMs === undefined ? {} : { system_seconds: toSeconds(systemCpuMs) }),
    ...(peakMemoryBytes === undefined ? {} : { peak_memory_mb: toMb(peakMemoryBytes) }),
    ...(readBytes === undefined ? {} : { read_mb: toMb(readBytes) }),
    ...(writeBytes === undefined ? {} : { write_mb: toMb(writeBytes) }),
  };
};

/**
 * Gives a finished run as one line of JSON for `history.jsonl`, without a line end: the fields of `current_run.json`, the
 * run's id, commit and machine class, the number of changes by category, and each step's outcome and seconds.
 */
export function toHistoryLine(record: RunRecord): string {
  const { changeSet } = record;
  const entry: HistoryEntry = {
    version: HISTORY_VERSION,
    run_id: record.runId,
    commit: changeSet.known ? changeSet.headOid : null,
    machine: machineClass(record.environment),
    ...toCurrentRun(record),
    ...(changeSet.known ? { changes: { total: changeSet.total, categories: changeSet.categories } } : {}),
    steps: record.steps.map(historyStep),
  };
  return JSON.stringify(entry);
}

import type { RunRecord, StepRecord } from "../run-record.ts";
import { wellFormed } from "./well-formed.ts";

/** One value of github-action-benchmark's `customSmallerIsBetter`. */
export interface BenchmarkActionValue {
  /** Unique within the list: under it the value is compared with those of earlier commits. */
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Shown beside the value. */
  readonly extra?: string;
}

const BYTES_PER_MB = 1024 * 1024;

/**
 * Gives a run as the input of github-action-benchmark with `tool: customSmallerIsBetter`: the duration of the run and of each step that passed,
 * and where it was measured CPU time and memory. A run or step that did not pass is left out, since its time says nothing; so is what was
 * replayed or skipped.
 *
 * Source: benchmark-action/github-action-benchmark, README, "customSmallerIsBetter".
 */
export function toBenchmarkActionJson(record: RunRecord): readonly BenchmarkActionValue[] {
  const passed = record.steps.filter((step) => step.outcome === "passed" && step.startedMs !== undefined);
  const values = [
    ...(record.status === "passed" ? runValues(record) : []),
    ...passed.flatMap((step) => stepValues(step)),
  ];
  const seen = new Set<string>();
  return values.filter(({ name }) => {
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

function runValues({ workflowId, durationMs, steps, resources }: RunRecord): readonly BenchmarkActionValue[] {
  const ran = steps.filter(({ startedMs }) => startedMs !== undefined).length;
  return valuesOf(`${workflowId} (whole run)`, durationMs, resources, `${ran} of ${steps.length} steps ran`);
}

const stepValues = ({ id, durationMs, resources, decision, attempts }: StepRecord): readonly BenchmarkActionValue[] =>
  valuesOf(id, durationMs, resources, attempts > 1 ? `${decision.reason}, attempt ${attempts}` : decision.reason);

function valuesOf(
  title: string,
  durationMs: number,
  resources: { readonly cpuMs?: number | undefined; readonly peakMemoryBytes?: number | undefined } | undefined,
  about: string,
): readonly BenchmarkActionValue[] {
  const name = wellFormed(title);
  const extra = wellFormed(about);
  const { cpuMs, peakMemoryBytes } = resources ?? {};
  return [
    { name, unit: "s", value: durationMs / 1000, extra },
    ...(cpuMs === undefined ? [] : [{ name: `${name}: CPU time`, unit: "s", value: cpuMs / 1000, extra }]),
    ...(peakMemoryBytes === undefined
      ? []
      : [{ name: `${name}: peak memory`, unit: "MB", value: peakMemoryBytes / BYTES_PER_MB, extra }]),
  ];
}

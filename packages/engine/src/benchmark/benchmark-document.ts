import type { EnvironmentRecord } from "@ai-workflow/profiler";
import type { MeasuredPair, StepTimes } from "@ai-workflow/regression";

/** Version of the files that are written. */
export const BENCHMARK_VERSION = 1;

/** What decides: CPU time, which hardly sees what else the machine does, or wall time, which sees waiting. */
export type DecidingMeasure = "cpu" | "wall";

/** One side of a benchmark, as it was measured. */
export interface BenchmarkArm {
  /** What it is called in reports. */
  readonly name: string;
  /** The line of shell, or the options of `run`. */
  readonly command: string;
}

/** What a benchmark measured: one versioned JSON document. */
export interface BenchmarkDocument {
  readonly schema: "ai-workflow/benchmark";
  readonly version: typeof BENCHMARK_VERSION;
  /** `commands`: any two commands; `workflow`: two ways to run a workflow. */
  readonly kind: "commands" | "workflow";
  /** Wall-clock end, ISO 8601 in UTC. */
  readonly finishedAt: string;
  readonly measure: DecidingMeasure;
  /** Differences up to this many percent do not matter. */
  readonly thresholdPercent: number;
  readonly baseline: BenchmarkArm;
  readonly compare: BenchmarkArm;
  /** The machine at the start. */
  readonly environment: EnvironmentRecord;
  /** In the order they were measured. */
  readonly pairs: readonly MeasuredPair[];
  /** Medians step by step; for a workflow. */
  readonly steps?: readonly StepTimes[] | undefined;
}

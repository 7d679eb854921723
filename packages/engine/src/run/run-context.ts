import type { EnvironmentRecord, NoticeRecord, SpanRecorder } from "@ai-workflow/profiler";
import type { OutputStore } from "../outputs/output-store.ts";
import type { ResultStore } from "../results/result-store.ts";
import type { RunEvent } from "./events.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunPaths, StateDirectory } from "../state/state-directory.ts";

/** What the parts of one run share. */
export interface RunContext {
  readonly options: RunOptions;
  readonly resolved: ResolvedOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: EnvironmentRecord;
  readonly state: StateDirectory;
  readonly runId: string;
  /** Wall-clock start in milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly paths: RunPaths;
  readonly spans: SpanRecorder;
  readonly store: ResultStore;
  /** What steps left. */
  readonly outputs: OutputStore;
  /** Worked out when first asked for: what a model's answer depends on beside a step and its files. */
  readonly describeModel: () => string;
  /** Milliseconds since the run's start. */
  readonly elapsedMs: () => number;
  readonly wallNow: () => number;
  readonly emit: (event: RunEvent) => void;
  readonly notice: (notice: NoticeRecord) => void;
}

import type { EnvironmentRecord, OptimizationsRecord } from "@ai-workflow/profiler";
import type { Workflow, WorkflowStage } from "../config/workflow.ts";
import type { SelectionRequest } from "../selection/select.ts";
import type { FailurePolicy, RunOptions } from "./run-options.ts";

/** What a run does, after flags, configuration and defaults have been weighed. */
export interface ResolvedOptions {
  readonly request: SelectionRequest;
  readonly optimizations: OptimizationsRecord;
  /** Stages in order; empty when stages are switched off. */
  readonly stages: readonly WorkflowStage[];
  readonly maxParallel: number;
  readonly onFailure: FailurePolicy;
  readonly keepResults: boolean;
  /** What steps of models may do with the cache of answers. */
  readonly aiCache: NonNullable<RunOptions["aiCache"]>;
}

/** Option over configuration over default; `baseline` switches everything off. Pure. */
export function resolveOptions(options: RunOptions, machine: EnvironmentRecord): ResolvedOptions {
  const { workflow } = options.loaded;
  const baseline = options.baseline ?? false;
  const choose = (option: boolean | undefined, configured: boolean): boolean => !baseline && (option ?? configured);
  const optimizations: OptimizationsRecord = {
    smartExecution: choose(options.smartExecution, workflow.optimizations.smartExecution),
    parallelExecution: choose(options.parallelExecution, workflow.optimizations.parallelExecution),
    multiStage: choose(options.multiStage, workflow.optimizations.multiStage),
    mlOptimize: choose(options.mlOptimize, workflow.optimizations.mlOptimize),
  };
  const stages = optimizations.multiStage ? workflow.stages : [];
  return {
    request: {
      steps: options.steps === undefined ? undefined : new Set(options.steps),
      force: baseline || (options.force ?? false),
      smartExecution: optimizations.smartExecution,
      startManualStages: options.startManualStages ?? false,
      multiStage: optimizations.multiStage,
    },
    optimizations,
    stages,
    maxParallel: optimizations.parallelExecution ? parallelJobs(options, workflow, machine) : 1,
    onFailure: options.onFailure ?? "never",
    keepResults: !baseline,
    aiCache: baseline ? "off" : (options.aiCache ?? (workflow.ai.cache.enabled ? "on" : "off")),
  };
}

function parallelJobs(options: RunOptions, workflow: Workflow, machine: EnvironmentRecord): number {
  const { maxParallel } = options;
  if (maxParallel !== undefined && !(Number.isInteger(maxParallel) && maxParallel >= 1)) {
    throw new RangeError(
      `Cannot run workflow: \`maxParallel\` must be a whole number of at least 1, got ${maxParallel}`,
    );
  }
  return maxParallel ?? workflow.maxParallelJobs ?? machine.cpuCount;
}

import { stepIdOf } from "../library/step-id-of.ts";
import { randomInt } from "node:crypto";
import type { EnvironmentRecord, OptimizationsRecord } from "@ai-workflow/profiler";
import { checkAiVariables } from "../ai/check-ai-variables.ts";
import type { FailurePolicy, Objective } from "../config/config.ts";
import type { Workflow, WorkflowStage } from "../config/workflow.ts";
import { readSwitch } from "./read-switch.ts";
import type { SelectionRequest } from "../selection/selection-input.ts";
import type { RunOptions } from "./run-options.ts";

/** What a run does, after flags, configuration and defaults have been weighed. */
export interface ResolvedOptions {
  readonly request: SelectionRequest;
  readonly optimizations: OptimizationsRecord;
  /** Stages in order; empty when stages are switched off. */
  readonly stages: readonly WorkflowStage[];
  readonly maxParallel: number;
  /** What the order of steps is for. */
  readonly objective: Objective;
  /** Whether free slots start pure steps before their stage does. */
  readonly speculation: boolean;
  readonly onFailure: FailurePolicy;
  readonly keepResults: boolean;
  /** What steps of models may do with the cache of answers. */
  readonly aiCache: NonNullable<RunOptions["aiCache"]>;
  readonly measures: Measures;
}

/** What is measured and written down beside the record. */
export interface Measures {
  /** Write `profile.log`. */
  readonly profile: boolean;
  /** Look in the output of test steps where their time went. */
  readonly testProfile: boolean;
  /** `log`: write every look at the resources of steps into `resources.log`, too. */
  readonly resources: "off" | "on" | "log";
}

/**
 * Option over environment over configuration over default; `baseline` switches everything off. Pure.
 *
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID – a variable that switches something holds neither true nor false, or one of steps that ask a
 * model no number
 */
export function resolveOptions(
  options: RunOptions,
  machine: EnvironmentRecord,
  environment: Readonly<Record<string, string | undefined>>,
): ResolvedOptions {
  const { workflow } = options.loaded;
  checkAiVariables(workflow, environment);
  const baseline = options.baseline ?? false;
  const choose = (option: boolean | undefined, configured: boolean): boolean => !baseline && (option ?? configured);
  const optimizations: OptimizationsRecord = {
    smartExecution: choose(options.smartExecution, workflow.optimizations.smartExecution),
    parallelExecution: choose(options.parallelExecution, workflow.optimizations.parallelExecution),
    multiStage: choose(options.multiStage, workflow.optimizations.multiStage),
    mlOptimize: choose(options.mlOptimize, workflow.optimizations.mlOptimize),
  };
  const stages = optimizations.multiStage ? workflow.stages : [];
  // Of two steps at the same time nobody could tell which one edited a file.
  const isParallel = optimizations.parallelExecution && options.strict !== true;
  const maxParallel = isParallel ? parallelJobs(options, workflow, machine) : 1;
  return {
    request: {
      steps: options.steps === undefined ? undefined : new Set(options.steps.map((name) => stepIdOf(name, workflow))),
      force: baseline || (options.force ?? false),
      smartExecution: optimizations.smartExecution,
      isApproved: approvals(options.approved ?? []),
      multiStage: optimizations.multiStage,
      isSampled: createSampler(options.shadow ?? workflow.shadowRate),
    },
    optimizations,
    stages,
    maxParallel,
    // With one slot there is none to spare.
    speculation: maxParallel > 1 && choose(options.speculation, workflow.speculation),
    objective: baseline ? "makespan" : (options.objective ?? workflow.objective),
    onFailure: options.onFailure ?? workflow.onFailure,
    keepResults: !baseline,
    aiCache: baseline ? "off" : (options.aiCache ?? (workflow.ai.cache.enabled ? "on" : "off")),
    measures: readMeasures(environment),
  };
}

function approvals(approved: readonly string[] | "all"): (stageId: string) => boolean {
  return approved === "all" ? () => true : (id) => approved.includes(id);
}

/** How finely a share is told apart. */
const RANDOM_STEPS = 2 ** 32;

/** Chooses a share of steps at random. */
function createSampler(share: number): (stepId: string) => boolean {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Cannot run workflow: \`shadow\` must be from 0 to 1, got ${share}`);
  }
  return share === 0 ? () => false : () => randomInt(RANDOM_STEPS) < share * RANDOM_STEPS;
}

function readMeasures(environment: Readonly<Record<string, string | undefined>>): Measures {
  const monitor = readSwitch(environment, "WORKFLOW_MONITOR_RESOURCES");
  return {
    profile: readSwitch(environment, "WORKFLOW_PROFILE") ?? false,
    testProfile: readSwitch(environment, "TEST_PROFILE") ?? false,
    resources: monitor === undefined ? "on" : monitor ? "log" : "off",
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

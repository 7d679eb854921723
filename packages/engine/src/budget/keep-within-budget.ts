import path from "node:path";
import { countOutcomes, estimateFailureProbability, fitFailurePrior } from "@ai-workflow/pipeline-stages";
import { readHistory, type HistoryEntry } from "@ai-workflow/profiler";
import { createGraph, createPlan } from "@ai-workflow/scheduler";
import type { Workflow, WorkflowStage } from "../config/workflow.ts";
import { buildTasks, capacityFor } from "../scheduling/build-tasks.ts";
import { expectFrom, medianOf } from "../scheduling/expectations.ts";
import { HISTORY_FILE } from "../state/state-directory.ts";
import type { Decision } from "../selection/reasons.ts";
import { chooseByStages, type StagedBudgetStep } from "./choose-by-stages.ts";

/** What keeping within a budget needs. */
export interface BudgetOptions {
  readonly budgetMs: number;
  readonly workflow: Workflow;
  /** Absolute path of the state folder. */
  readonly state: string;
  /** Those that the run heeds, in their order. */
  readonly stages: readonly WorkflowStage[];
  readonly maxParallel: number;
  readonly machine: { readonly cpuCount: number; readonly memoryBytes: number };
}

/** What is left of decisions within a budget. */
export interface BudgetedDecisions {
  readonly decisions: readonly Decision[];
  /** Steps that would run and never passed, whose time is a guess; with none that did, no time at all. */
  readonly untimed: readonly string[];
}

/**
 * Leaves out the steps that do not fit into a time, by what they are worth: the probability of failing, from the history and shrunk, for
 * their time. A step that was never timed is expected to take as long as the others at the median.
 */
export function keepWithinBudget(decisions: readonly Decision[], options: BudgetOptions): BudgetedDecisions {
  const { budgetMs, workflow, stages, maxParallel, machine } = options;
  const running = new Set(decisions.filter(({ action }) => action === "run").map(({ stepId }) => stepId));
  const entries = readEntries(path.join(options.state, HISTORY_FILE));
  const { durationsMs } = expectFrom(entries);
  const usualMs = medianOf([...durationsMs.values()]);
  const counts = countOutcomes(entries);
  const prior = fitFailurePrior(counts.values());
  const capacity = capacityFor(workflow.steps.values(), {
    cpuCount: machine.cpuCount,
    memoryMb: workflow.maxMemoryMb ?? machine.memoryBytes / 2 ** 20,
  });
  const durationMs = (id: string): number => durationsMs.get(id) ?? usualMs;
  const steps = buildTasks({ steps: workflow.steps, running, stages: [], durationMs, capacity }).map(
    ({ id, needs = [] }): StagedBudgetStep => {
      const { passed = 0, failed = 0 } = counts.get(id) ?? {};
      const failureProbability = estimateFailureProbability(passed, failed, prior);
      const index = stages.findIndex((stage) => stage.id === workflow.steps.get(id)?.stage);
      const trigger = stages[index]?.trigger;
      const isGated = trigger === "on_success" || trigger === "manual";
      const stage = index < 0 ? undefined : index;
      return { id, needs, expectedMs: durationMs(id), failureProbability, stage, isGated };
    },
  );
  const makespanMs = (ids: ReadonlySet<string>): number => {
    if (ids.size === 0) return 0;
    const tasks = buildTasks({ steps: workflow.steps, running: ids, stages: [], durationMs, capacity });
    return createPlan(createGraph(tasks), { capacity, maxParallel }).makespanMs;
  };
  const left = chooseByStages(steps, budgetMs, makespanMs);
  const byId = new Map(steps.map((step) => [step.id, step]));
  /** What is left out and what the step cannot go without. */
  const missingFor = (id: string): string | undefined => {
    const step = byId.get(id);
    const needed = step?.needs.find((need) => left.has(need));
    if (needed !== undefined || step?.isGated !== true) return needed;
    return steps.find(({ id: other, stage = Infinity }) => stage < (step.stage ?? 0) && left.has(other))?.id;
  };
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const within = decisions.map((decision): Decision => {
    const { stepId } = decision;
    if (!left.has(stepId)) return decision;
    const missing = missingFor(stepId);
    const because =
      missing === undefined ? `it would take about ${seconds(durationMs(stepId))}` : `${missing} before it is left out`;
    const explanation = `left out to stay within ${seconds(budgetMs)}: ${because}`;
    return { stepId, action: "skip", reason: "over-budget", explanation };
  });
  return { decisions: within, untimed: [...running].filter((id) => !durationsMs.has(id)) };
}

/** A history that cannot be read is an empty one. */
function readEntries(file: string): readonly HistoryEntry[] {
  try {
    return readHistory(file).entries;
  } catch {
    return [];
  }
}

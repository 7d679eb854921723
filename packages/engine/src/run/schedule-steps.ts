import { createGraph, createPlan, type Plan, type TaskGraph } from "@ai-workflow/scheduler";
import type { EnvironmentRecord, ScheduleRecord } from "@ai-workflow/profiler";
import type { Workflow } from "../config/workflow.ts";
import type { Decision } from "../selection/reasons.ts";
import { buildTasks, capacityFor, gateOf } from "./build-tasks.ts";
import { medianOf } from "./durations.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/**
 * Schedules tried for a better plan, at most. For some twenty steps that takes a few milliseconds and leaves a plan about 2 % over the best
 * one (benchmarks/scheduler), which steps of seconds or minutes gain many times over.
 */
const PLAN_GENERATIONS = 100;

/** The steps that run, as a graph with gates and as a plan. */
export interface StepSchedule {
  readonly graph: TaskGraph;
  readonly plan: Plan;
  /** The plan as records keep it: without gates. */
  readonly planned: Omit<ScheduleRecord, "actualMakespanMs">;
  /** Steps that no earlier run has timed; planned times mean little while there are any. */
  readonly unknownDurations: readonly string[];
}

/**
 * Schedules what selection decided to run; `undefined` when that is nothing. Pure. A step without a known duration is planned with
 * the median of the known ones.
 */
export function scheduleSteps(
  workflow: Workflow,
  decisions: readonly Decision[],
  resolved: ResolvedOptions,
  machine: EnvironmentRecord,
  durations: ReadonlyMap<string, number>,
): StepSchedule | undefined {
  const running = new Set(decisions.filter(({ action }) => action === "run").map(({ stepId }) => stepId));
  if (running.size === 0) return undefined;
  const capacity = capacityFor(workflow.steps.values(), {
    cpuCount: machine.cpuCount,
    memoryMb: workflow.maxMemoryMb ?? machine.memoryBytes / 2 ** 20,
  });
  const usual = medianOf([...running].flatMap((id) => durations.get(id) ?? []));
  const graph = createGraph(
    buildTasks({
      steps: workflow.steps,
      running,
      stages: resolved.stages,
      durationMs: (id) => durations.get(id) ?? usual,
      capacity,
    }),
  );
  const search = { generations: PLAN_GENERATIONS };
  const plan = createPlan(graph, { capacity, maxParallel: resolved.maxParallel, search });
  return {
    graph,
    plan,
    planned: {
      strategy: plan.strategy,
      maxParallel: resolved.maxParallel,
      capacity,
      planned: plan.tasks
        .filter((task) => gateOf(task.id) === undefined)
        .map(({ id, startMs, finishMs, slot, slackMs }) => ({ id, startMs, finishMs, slot, slackMs })),
      plannedMakespanMs: plan.makespanMs,
      lowerBoundMs: plan.lowerBoundMs,
      criticalPath: plan.criticalPath.filter((id) => gateOf(id) === undefined),
    },
    unknownDurations: [...running].filter((id) => !durations.has(id)),
  };
}

import { createGraph, createPlan, type Task } from "@ai-workflow/scheduler";
import type { RunRecord } from "@ai-workflow/profiler";
import type { Replan } from "@ai-workflow/profiler/bottlenecks";
import type { Workflow } from "../config/workflow.ts";
import { buildTasks, capacityFor } from "../scheduling/build-tasks.ts";

/** Schedules tried for a better plan, as for a run. */
const PLAN_GENERATIONS = 100;

/**
 * Plans the steps of a run anew, as the workflow stands today, and tells how long they would take after a change. Steps that the workflow
 * no longer has are left out. Pure.
 */
export function createReplan(record: RunRecord, workflow: Workflow): Replan {
  const { environment, optimizations } = record;
  const steps = [...workflow.steps.values()];
  const capacity = capacityFor(steps, {
    cpuCount: environment.cpuCount,
    memoryMb: workflow.maxMemoryMb ?? environment.memoryBytes / 2 ** 20,
  });
  const maxParallel = record.schedule?.maxParallel ?? 1;
  return (change) => {
    const running = new Set([...change.durationsMs.keys()].filter((id) => workflow.steps.has(id)));
    if (running.size === 0) return { makespanMs: 0 };
    const tasks = buildTasks({
      steps: workflow.steps,
      running,
      stages: optimizations.multiStage ? workflow.stages : [],
      durationMs: (id) => change.durationsMs.get(id),
      capacity,
    });
    const graph = createGraph(tasks.map((task) => applyChange(task, change)));
    const search = { generations: PLAN_GENERATIONS };
    return createPlan(graph, { capacity, maxParallel: change.maxParallel ?? maxParallel, search });
  };
}

function applyChange(task: Task, { demand, withoutGroups = [], withoutResources = [] }: Parameters<Replan>[0]): Task {
  const own = { ...task.demand, ...demand?.get(task.id) };
  return {
    ...task,
    demand: Object.fromEntries(Object.entries(own).filter(([name]) => !withoutResources.includes(name))),
    group: task.group !== undefined && withoutGroups.includes(task.group) ? undefined : task.group,
  };
}

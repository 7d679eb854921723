import { createGraph, createPlan, type Plan, type TaskGraph } from "@ai-workflow/scheduler";
import type { EnvironmentRecord, ScheduleRecord } from "@ai-workflow/profiler";
import type { Step, Workflow } from "../config/workflow.ts";
import type { Decision } from "../selection/reasons.ts";
import type { FirstFailure } from "../stages/first-failure.ts";
import { findConflicts } from "../tree/find-conflicts.ts";
import { stepsAhead } from "../stages/steps-ahead.ts";
import { buildTasks, capacityFor, editCapacity, isStepTask } from "../scheduling/build-tasks.ts";
import { medianOf, type Expectations } from "../scheduling/expectations.ts";
import type { WaitFacts } from "../scheduling/refine-waits.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/**
 * Schedules tried for a better plan, at most. For some twenty steps that takes a few milliseconds and leaves a plan about 2 % over the best
 * one (benchmarks/scheduler), which steps of seconds or minutes gain many times over.
 */
const PLAN_GENERATIONS = 100;

/** The steps that run, as a graph with gates and as a plan. */
export interface StepSchedule {
  readonly graph: TaskGraph;
  /** Steps that may start before their stage does. */
  readonly ahead: ReadonlySet<string>;
  /** What keeps steps apart beside their needs. */
  readonly limits: WaitFacts;
  readonly plan: Plan;
  /** The plan as records keep it: without gates. */
  readonly planned: Omit<ScheduleRecord, "actualMakespanMs">;
  /** Steps that no earlier run has timed; planned times mean little while there are any. */
  readonly unknownDurations: readonly string[];
}

/**
 * Schedules what selection decided to run; `undefined` when that is nothing. Pure. A step without a known duration is planned with
 * the median of the known ones, and one that does not say how much memory it takes with what was measured of it.
 *
 * @param expected - what steps are expected to take; `firstFailure`, without which the order is made for the makespan, also makes a plan of
 *   the other objective and says what both come to
 */
export function scheduleSteps(
  workflow: Workflow,
  decisions: readonly Decision[],
  resolved: ResolvedOptions,
  machine: EnvironmentRecord,
  {
    durationsMs,
    memoryMb,
    firstFailure,
  }: Pick<Expectations, "durationsMs" | "memoryMb"> & { readonly firstFailure?: FirstFailure | undefined },
  files: readonly string[] = [],
): StepSchedule | undefined {
  const running = new Set(decisions.filter(({ action }) => action === "run").map(({ stepId }) => stepId));
  if (running.size === 0) return undefined;
  const steps = new Map([...workflow.steps].map(([id, step]) => [id, withMemory(step, memoryMb.get(id))]));
  const conflicts = conflictsOf(
    [...running].flatMap((id) => steps.get(id) ?? []),
    files,
  );
  const capacity = {
    ...capacityFor(steps.values(), {
      cpuCount: machine.cpuCount,
      memoryMb: workflow.maxMemoryMb ?? machine.memoryBytes / 2 ** 20,
    }),
    ...editCapacity(conflicts),
  };
  const ahead = resolved.speculation ? stepsAhead(steps, decisions, resolved.stages) : new Set<string>();
  const usual = medianOf([...running].flatMap((id) => durationsMs.get(id) ?? []));
  const tasks = buildTasks({
    steps,
    running,
    stages: resolved.stages,
    durationMs: (id) => durationsMs.get(id) ?? usual,
    capacity,
    conflicts,
    ahead,
  });
  const planOf = (graph: TaskGraph): Plan =>
    createPlan(graph, { capacity, maxParallel: resolved.maxParallel, search: { generations: PLAN_GENERATIONS } });
  const early = firstFailure?.prioritise(tasks, resolved.stages);
  const [chosen, other] = resolved.objective === "makespan" || early === undefined ? [tasks, early] : [early, tasks];
  const graph = createGraph(chosen);
  const plan = planOf(graph);
  return {
    graph,
    ahead,
    limits: { steps: new Map(tasks.map(({ id, group, demand = {} }) => [id, { group, demand }])), capacity },
    plan,
    planned: {
      strategy: plan.strategy,
      maxParallel: resolved.maxParallel,
      capacity,
      planned: plan.tasks
        .filter((task) => isStepTask(task.id))
        .map(({ id, startMs, finishMs, slot, slackMs }) => ({
          id,
          startMs,
          finishMs,
          slot,
          slackMs,
          ...(ahead.has(id) ? { ahead: true } : {}),
        })),
      plannedMakespanMs: plan.makespanMs,
      lowerBoundMs: plan.lowerBoundMs,
      criticalPath: plan.criticalPath.filter(isStepTask),
      objective: resolved.objective,
      objectives: other && firstFailure?.compare(resolved.objective, plan, planOf(createGraph(other))),
    },
    unknownDurations: [...running].filter((id) => !durationsMs.has(id)),
  };
}

/** Most workflows have no step that edits files, and need no look at them. */
function conflictsOf(steps: readonly Step[], files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  if (!steps.some(({ writes }) => writes.length > 0)) return new Map();
  return findConflicts(
    steps.map(({ id, inputs, writes }) => ({ id, reads: inputs, writes })),
    files,
  );
}

/** What a step demands itself stands. */
function withMemory(step: Step, expectedMb: number | undefined): Step {
  if (expectedMb === undefined || expectedMb <= 0 || step.demand["memory_mb"] !== undefined) return step;
  return { ...step, demand: { ...step.demand, memory_mb: expectedMb } };
}

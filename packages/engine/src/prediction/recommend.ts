import { createGraph, whatIf } from "@ai-workflow/scheduler";
import type { HistoryEntry } from "@ai-workflow/profiler";
import type { Workflow } from "../config/workflow.ts";
import { buildTasks, capacityFor } from "../scheduling/build-tasks.ts";
import { medianOf } from "../scheduling/expectations.ts";

/** Runs that must be on record before anything is recommended. */
const FEWEST_RUNS = 10;
/** Shares below this are not worth a word. */
const WORTH_SHARE = 0.1;
/** Last passes of a step that its expected duration looks back on. */
const LOOK_BACK = 5;

/** The machine that is asked about. */
export interface RecommendFor {
  readonly workflow: Workflow;
  readonly cpuCount: number;
  readonly memoryMb: number;
}

/**
 * What the history says could be done better: stop early where runs go on long after a failure, and run more steps at the same time where
 * the plan of all steps gains by it. Each with the figures it rests on. Pure.
 */
export function recommend(
  entries: readonly HistoryEntry[],
  { workflow, cpuCount, memoryMb }: RecommendFor,
): readonly string[] {
  if (entries.length < FEWEST_RUNS) return [];
  return [...recommendStages(entries, workflow), ...recommendParallel(entries, workflow, cpuCount, memoryMb)];
}

/** Time that runs went on after their first failure, as a share of the time of the runs that failed. */
function recommendStages(entries: readonly HistoryEntry[], workflow: Workflow): readonly string[] {
  if (workflow.stages.length > 0) return [];
  let failed = 0;
  let lostSeconds = 0;
  let totalSeconds = 0;
  for (const { steps, total_duration: total } of entries) {
    const ends = steps.flatMap(({ outcome, started, seconds }) =>
      started !== undefined && (outcome === "failed" || outcome === "timed-out") ? [started + seconds] : [],
    );
    if (ends.length === 0) continue;
    failed += 1;
    totalSeconds += total;
    lostSeconds += Math.max(0, total - Math.min(...ends));
  }
  if (failed < 3 || lostSeconds < WORTH_SHARE * totalSeconds) return [];
  const share = Math.round((100 * failed) / entries.length);
  const perRun = (lostSeconds / failed).toFixed(0);
  return [
    `recommended: \`stages\` with what fails first in the first one: ${share} % of ${entries.length} runs failed, and went on for ${perRun} s after their first failure on average`,
  ];
}

/** Whether the plan of all steps gets shorter with more steps at the same time than are allowed now. */
function recommendParallel(
  entries: readonly HistoryEntry[],
  workflow: Workflow,
  cpuCount: number,
  memoryMb: number,
): readonly string[] {
  const now = workflow.maxParallelJobs ?? cpuCount;
  const seconds = new Map<string, number[]>();
  for (const { steps } of entries.toReversed()) {
    for (const step of steps) {
      if (step.outcome !== "passed") continue;
      const known = seconds.get(step.id) ?? [];
      if (known.length < LOOK_BACK) known.push(step.seconds);
      seconds.set(step.id, known);
    }
  }
  const steps = [...workflow.steps.values()];
  // With a step of unknown duration the plan says nothing.
  if (steps.length <= now || steps.some(({ id }) => !seconds.has(id))) return [];
  const capacity = capacityFor(steps, { cpuCount, memoryMb: workflow.maxMemoryMb ?? memoryMb });
  const durationMs = (id: string): number => 1_000 * medianOf(seconds.get(id) ?? []);
  const running = new Set(workflow.steps.keys());
  const graph = createGraph(
    buildTasks({ steps: workflow.steps, running, stages: workflow.stages, durationMs, capacity }),
  );
  const plans = whatIf(graph, { capacity }, { to: Math.min(steps.length, 4 * now) });
  const makespanMs = (jobs: number): number => plans[jobs - 1]?.makespanMs ?? Infinity;
  const best = plans.reduce(
    (least, { maxParallel }) => (makespanMs(maxParallel) < 0.98 * makespanMs(least) ? maxParallel : least),
    now,
  );
  const gainMs = makespanMs(now) - makespanMs(best);
  if (best <= now || gainMs < WORTH_SHARE * makespanMs(now)) return [];
  return [
    `recommended: \`max_parallel_jobs: ${best}\` where the machine can carry them: all steps would take ${(makespanMs(best) / 1_000).toFixed(0)} s instead of ${(makespanMs(now) / 1_000).toFixed(0)} s by plan`,
  ];
}

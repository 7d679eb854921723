import { compareObjectives, type PastRun, type TimeToFirstFailure } from "@ai-workflow/pipeline-stages";
import type { ExpectedFailureRecord, ObjectivesRecord } from "@ai-workflow/profiler";
import type { Plan, Task } from "@ai-workflow/scheduler";
import type { Objective } from "../config/config.ts";
import type { WorkflowStage } from "../config/workflow.ts";
import { isStepTask } from "../scheduling/build-tasks.ts";
import { estimateFailures } from "./failure-estimates.ts";
import { prioritiseTasks } from "./prioritise-tasks.ts";

/** What scheduling for the first failure needs to know of earlier runs. */
export interface FirstFailure {
  /** Gives the tasks the priorities of that objective; `undefined` where the history tells of none of their steps. */
  readonly prioritise: (tasks: readonly Task[], stages: readonly WorkflowStage[]) => readonly Task[] | undefined;
  /** What a plan for the objective and one for the other objective come to. */
  readonly compare: (objective: Objective, plan: Plan, other: Plan) => ObjectivesRecord;
}

/**
 * Works out from earlier runs, oldest first, how likely steps are to fail, and what follows for their order. To be loaded only where that
 * decides the order or is told. Pure.
 */
export function createFirstFailure(history: readonly PastRun[]): FirstFailure {
  const { runs, failedRuns, probabilityOf, knows } = estimateFailures(history);
  const stepsOf = ({ tasks }: Plan): Plan["tasks"] => tasks.filter(({ id }) => isStepTask(id));
  return {
    prioritise: (tasks, stages) =>
      tasks.some(({ id }) => knows(id)) ? prioritiseTasks(tasks, stages, probabilityOf) : undefined,
    compare: (objective, plan, other) => {
      const [makespanPlan, earlyPlan] = objective === "makespan" ? [plan, other] : [other, plan];
      const { makespan, firstFailure } = compareObjectives(
        { makespan: stepsOf(makespanPlan), firstFailure: stepsOf(earlyPlan) },
        new Map(stepsOf(plan).map(({ id }) => [id, probabilityOf(id)])),
      );
      // No estimate is 0, so one of the steps can fail.
      const expected = ({ expectedMs = 0, makespanMs }: TimeToFirstFailure): ExpectedFailureRecord => ({
        expectedMs,
        makespanMs,
      });
      return {
        runs,
        failedRuns,
        failureProbability: makespan.failureProbability,
        makespan: expected(makespan),
        firstFailure: expected(firstFailure),
      };
    },
  };
}

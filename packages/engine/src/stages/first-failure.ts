import path from "node:path";
import { compareObjectives, type TimeToFirstFailure } from "@ai-workflow/pipeline-stages";
import { readHistory, type ExpectedFailureRecord, type ObjectivesRecord } from "@ai-workflow/profiler";
import type { Plan, Task } from "@ai-workflow/scheduler";
import type { Objective } from "../config/config.ts";
import type { WorkflowStage } from "../config/workflow.ts";
import { gateOf } from "../run/build-tasks.ts";
import { HISTORY_FILE } from "../run/state-directory.ts";
import { estimateFailures, FAILURE_RUNS, type FailureEstimates } from "./failure-estimates.ts";
import { prioritiseTasks } from "./prioritise-tasks.ts";

/** What scheduling for the first failure needs to know of earlier runs. */
export interface FirstFailure {
  /** Gives the tasks the priorities of that objective; `undefined` where the history tells of none of their steps. */
  readonly prioritise: (tasks: readonly Task[], stages: readonly WorkflowStage[]) => readonly Task[] | undefined;
  /** What a plan for the objective and one for the other objective come to. */
  readonly compare: (objective: Objective, plan: Plan, other: Plan) => ObjectivesRecord;
}

/**
 * Reads from the history how likely steps are to fail; one that cannot be read is an empty one. To be loaded only where the order of steps
 * depends on it or is explained.
 *
 * @param state - absolute path of the state folder
 */
export function readFirstFailure(state: string): FirstFailure {
  try {
    return createFirstFailure(
      estimateFailures(readHistory(path.join(state, HISTORY_FILE), { last: FAILURE_RUNS }).entries),
    );
  } catch {
    return createFirstFailure(estimateFailures([]));
  }
}

/** The same from estimates that are there. Pure. */
export function createFirstFailure({ runs, probabilityOf, knows }: FailureEstimates): FirstFailure {
  const stepsOf = ({ tasks }: Plan): Plan["tasks"] => tasks.filter(({ id }) => gateOf(id) === undefined);
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
        failureProbability: makespan.failureProbability,
        makespan: expected(makespan),
        firstFailure: expected(firstFailure),
      };
    },
  };
}

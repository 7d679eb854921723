import { orderForFirstFailure, type TestableStep } from "@ai-workflow/pipeline-stages";
import type { Task } from "@ai-workflow/scheduler";
import type { WorkflowStage } from "../config/workflow.ts";
import { gateOf, isStepTask } from "../scheduling/build-tasks.ts";
import { mergeOrders } from "./merge-orders.ts";
import { stepsBefore } from "./steps-before.ts";

/** Taken for the duration of every step where none is known, so that probabilities alone decide. */
const UNKNOWN_MS = 1;

/**
 * With more steps their needs are left to the scheduler, which passes the priority of a step on to what it needs: orders that weigh needs take
 * time that grows with the square of the steps, a third of a second for so many.
 */
const WEIGHED_STEPS = 1_000;

/**
 * Gives tasks priorities with which a failing run is known early: inside a stage by probability of failing over predicted time, every step of
 * a stage above all of later ones. A step without a stage is put among them where it shortens the expected time to the first failure most.
 * Pure.
 *
 * @param tasks - steps with their expected durations, and gates
 * @param stages - in order
 * @param failureProbability - of a step, from 0 to 1
 */
export function prioritiseTasks(
  tasks: readonly Task[],
  stages: readonly Pick<WorkflowStage, "id" | "steps">[],
  failureProbability: (stepId: string) => number,
): readonly Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const steps = tasks.filter(({ id }) => isStepTask(id));
  const members = stages.map(({ steps: ids }) => ids.filter((id) => byId.has(id)));
  const staged = new Set(members.flat());
  const unstaged = steps.map(({ id }) => id).filter((id) => !staged.has(id));
  const weighsNeeds = steps.length <= WEIGHED_STEPS;
  const needsOf = (id: string): readonly string[] => (weighsNeeds ? (byId.get(id)?.needs ?? []) : []);
  const isGate = (id: string): boolean => gateOf(id) !== undefined;
  const anyIsKnown = steps.some(({ durationMs = 0 }) => durationMs > 0);
  const describe = (id: string, needs: readonly string[]): TestableStep => ({
    id,
    predictedMs: anyIsKnown ? (byId.get(id)?.durationMs ?? UNKNOWN_MS) : UNKNOWN_MS,
    failureProbability: failureProbability(id),
    needs,
  });
  const orderOf = (ids: readonly string[], needs: (id: string) => Iterable<string>): readonly string[] => {
    const before = stepsBefore(new Set(ids), needs, isGate);
    return orderForFirstFailure(ids.map((id) => describe(id, before.get(id) ?? []))).order;
  };

  const inStages = members.flatMap((ids) => orderOf(ids, needsOf));
  const placeInStages = new Map(inStages.map((id, place) => [id, place]));
  // The order of the stages' steps is settled, and holds for what stands between them as well.
  const settledNeedsOf = (id: string): readonly string[] => {
    const before = inStages[(placeInStages.get(id) ?? 0) - 1];
    return before === undefined ? needsOf(id) : [...needsOf(id), before];
  };
  const others = orderOf(unstaged, weighsNeeds ? settledNeedsOf : needsOf);
  const all = (id: string): TestableStep => describe(id, needsOf(id));
  const merge = weighsNeeds ? mergeOrders : mergeByUrgency;
  const order = merge(inStages.map(all), others.map(all));
  const priorities = new Map(order.map((id, place) => [id, order.length - place]));

  const lowestOf = new Map(
    stages.map(({ id }, place) => [id, Math.min(...(members[place] ?? []).map((one) => priorities.get(one) ?? 0))]),
  );
  return tasks.map((task): Task => {
    // A gate is out of the way as soon as its stage is: it passes its priority on, so it must not be above the stage's steps.
    const lowest = lowestOf.get(gateOf(task.id) ?? "");
    const priority = priorities.get(task.id) ?? (lowest === Infinity ? undefined : lowest);
    return priority === undefined ? task : { ...task, priority };
  });
}

/** Always the more urgent of the two that are next. */
function mergeByUrgency(first: readonly TestableStep[], second: readonly TestableStep[]): readonly string[] {
  const order: string[] = [];
  for (let [one, other] = [0, 0]; order.length < first.length + second.length;) {
    const [next, alternative] = [first[one], second[other]];
    const takesFirst = alternative === undefined || (next !== undefined && urgencyOf(next) >= urgencyOf(alternative));
    order.push((takesFirst ? next : alternative)?.id ?? "");
    if (takesFirst) one++;
    else other++;
  }
  return order;
}

function urgencyOf({ failureProbability, predictedMs }: TestableStep): number {
  return failureProbability === 0 ? 0 : failureProbability / predictedMs;
}

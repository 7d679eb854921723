import { tails } from "../critical-path.ts";
import type { GraphIndex } from "../graph-index.ts";
import type { Limits } from "../limits.ts";
import type { Task } from "../task.ts";
import { withBarriers } from "./barriers.ts";
import { createInstance, type Instance } from "./instance.ts";
import { Timetable } from "./timetable.ts";

/** A slack that is a smaller share of the makespan than this is rounding. */
const ROUNDING = 1e-12;

/**
 * With more tasks than this slack counts needs alone: a backward pass looks at every moment between a task's earliest place and the one it gets,
 * which can be quadratic.
 */
export const SLACK_UNDER_LIMITS_UP_TO = 2_000;

/**
 * How much later each task may start, in milliseconds, if everything that finishes after it is moved as late as needs and limits allow within
 * the makespan: one backward pass over the schedule (right justification; Wiest 1964). So moved, the tasks keep all limits together.
 *
 * @param instance The problem of the schedule; undefined, or of more than {@link SLACK_UNDER_LIMITS_UP_TO} tasks, and only needs are counted.
 */
export function slackOf(
  instance: Instance | undefined,
  startMs: Float64Array,
  tailMs: Float64Array,
  makespanMs: number,
): Float64Array {
  const clean = (slackMs: number): number => (slackMs > makespanMs * ROUNDING ? slackMs : 0);
  if (instance === undefined || instance.capacity.length === 0 || instance.size > SLACK_UNDER_LIMITS_UP_TO) {
    return startMs.map((start, task) => clean(makespanMs - start - (tailMs[task] as number)));
  }
  const { durationMs, order } = instance;
  const finishMs = startMs.map((start, task) => start + (durationMs[task] as number));
  const position = new Int32Array(order.length);
  for (const [k, task] of order.entries()) position[task] = k;
  // Next to a late start a short duration is rounded away.
  const isLong = (task: number): number => ((finishMs[task] as number) > (startMs[task] as number) ? 1 : 0);
  // From the end: at the same time those of no duration first, as they are out of the way at once, and dependents before what they need.
  const list = order.toSorted(
    (a, b) =>
      (finishMs[b] as number) - (finishMs[a] as number) ||
      isLong(a) - isLong(b) ||
      (position[b] as number) - (position[a] as number),
  );
  const timetable = new Timetable(instance);
  timetable.build(list, "late");
  return finishMs.map((finish, task) => clean(makespanMs - (timetable.startMs[task] as number) - finish));
}

/** The same for a schedule in batches: a level has finished before the next one starts. */
export function slackInBatches(
  problem: { readonly index: GraphIndex; readonly tasks: readonly Task[] },
  limits: Limits,
  startMs: Float64Array,
  makespanMs: number,
): Float64Array {
  const { index, tasks } = withBarriers(problem.index, problem.tasks);
  const size = startMs.length;
  const all = new Float64Array(tasks.length);
  all.set(startMs);
  for (let barrier = size; barrier < tasks.length; barrier++) {
    for (const need of index.needs[barrier] as readonly number[]) {
      all[barrier] = Math.max(all[barrier] as number, (all[need] as number) + (index.durationMs[need] as number));
    }
  }
  const priority = new Float64Array(tasks.length);
  const instance = createInstance(index, tasks, limits, priority);
  return slackOf(instance, all, tails(index), makespanMs).subarray(0, size);
}

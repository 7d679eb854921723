import { Admission } from "../admission.ts";
import { Frontier } from "../frontier.ts";
import type { GraphIndex } from "../graph-index.ts";
import type { Limits } from "../limits.ts";
import { PriorityQueue } from "../priority-queue.ts";
import type { Ranking } from "../ranking.ts";
import type { Strategy } from "../strategy.ts";
import type { Task } from "../task.ts";
import type { Incumbent } from "./search.ts";

/**
 * List scheduling (Graham 1969): whenever something is free, the first of the ready tasks that fits starts, on a clock that jumps from finish to
 * finish. O(n log n) for n tasks and a fixed number of resources, plus the needs.
 */
export function listSchedule(
  index: GraphIndex,
  tasks: readonly Task[],
  limits: Limits,
  ranking: Ranking,
  strategy: Strategy,
): Incumbent {
  const { durationMs } = index;
  const admission = new Admission(limits, ranking);
  for (const task of tasks) admission.register(task);
  const frontier = new Frontier(index, strategy === "batches");
  const startMs = new Float64Array(tasks.length);
  const order = new Int32Array(tasks.length);
  let started = 0;
  let makespanMs = 0;
  const finishMs = (task: number): number => (startMs[task] as number) + (durationMs[task] as number);
  const running = new PriorityQueue<number>((a, b) => finishMs(a) - finishMs(b));

  let nowMs = 0;
  const enqueue = (task: number): void => admission.enqueue(task, nowMs);
  for (const task of frontier.begin()) enqueue(task);
  for (;;) {
    for (let task = admission.next(nowMs); task >= 0; task = admission.next(nowMs)) {
      startMs[task] = nowMs;
      order[started++] = task;
      running.push(task);
      makespanMs = Math.max(makespanMs, finishMs(task));
    }
    const first = running.peek();
    if (first === undefined) return { startMs, makespanMs, order };
    nowMs = finishMs(first);
    // All that finishes at this moment, before anything new is admitted: what is first in order then sees everything that is free.
    for (let task = running.peek(); task !== undefined && finishMs(task) === nowMs; task = running.peek()) {
      running.pop();
      admission.release(task, nowMs);
      frontier.settle(task, everyNeedIsMet, enqueue);
    }
  }
}

/** Nothing fails in a plan. */
const everyNeedIsMet = (): boolean => true;

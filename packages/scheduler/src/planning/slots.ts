import { PriorityQueue } from "../priority-queue.ts";

/**
 * A parallel place for each task, from 0, the lowest that is free when it starts.
 *
 * @param order The tasks by start; of those that start at the same time the ones of no duration first.
 */
export function assignSlots(order: Int32Array, startMs: Float64Array, durationMs: Float64Array): Int32Array {
  const slot = new Int32Array(order.length);
  const finishMs = (task: number): number => (startMs[task] as number) + (durationMs[task] as number);
  const running = new PriorityQueue<number>((a, b) => finishMs(a) - finishMs(b));
  const free = new PriorityQueue<number>((a, b) => a - b);
  let count = 0;
  for (const task of order) {
    const atMs = startMs[task] as number;
    for (let done = running.peek(); done !== undefined && finishMs(done) <= atMs; done = running.peek()) {
      running.pop();
      free.push(slot[done] as number);
    }
    slot[task] = free.pop() ?? count++;
    running.push(task);
  }
  return slot;
}

import { type GraphIndex, levels } from "../graph-index.ts";
import type { Task } from "../task.ts";

/** The graph as `batches` runs it: between two levels a task of no duration that needs all of the lower and is needed by all of the higher. */
export function withBarriers(
  index: GraphIndex,
  tasks: readonly Task[],
): { readonly index: GraphIndex; readonly tasks: readonly Task[] } {
  const level = levels(index);
  let count = 0;
  for (const own of level) count = Math.max(count, own);
  const size = tasks.length;
  const needs: number[][] = Array.from({ length: size + count }, () => []);
  const dependents: number[][] = Array.from({ length: size + count }, () => []);
  const members: number[][] = Array.from({ length: count + 1 }, () => []);
  for (const [task, own] of level.entries()) {
    (members[own] as number[]).push(task);
    if (own < count) {
      (dependents[task] as number[]).push(size + own);
      (needs[size + own] as number[]).push(task);
    }
    if (own > 0) {
      (needs[task] as number[]).push(size + own - 1);
      (dependents[size + own - 1] as number[]).push(task);
    }
  }
  const durationMs = new Float64Array(size + count);
  durationMs.set(index.durationMs);
  return {
    index: {
      at: index.at,
      needs,
      dependents,
      order: Int32Array.from(members.flatMap((own, k) => (k < count ? [...own, size + k] : own))),
      durationMs,
    },
    tasks: [...tasks, ...Array.from({ length: count }, (_, k): Task => ({ id: `barrier ${k}` }))],
  };
}

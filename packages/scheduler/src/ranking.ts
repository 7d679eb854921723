import { inheritedPriorities } from "./critical-path.ts";
import type { GraphIndex } from "./graph-index.ts";
import type { Strategy } from "./strategy.ts";
import type { Task } from "./task.ts";

/**
 * The order in which tasks that could all start are considered: two keys, smaller first, then the order of declaration. It is total, so that
 * equal inputs give equal schedules, and it grows when tasks are added to a running execution.
 */
export class Ranking {
  readonly #first: number[] = [];
  readonly #second: number[] = [];

  /** Ranks the next task. */
  push(first: number, second: number): void {
    this.#first.push(first);
    this.#second.push(second);
  }

  /** Ranks a task anew. Whatever is sorted by the ranking has to be sorted again. */
  set(task: number, first: number, second: number): void {
    this.#first[task] = first;
    this.#second[task] = second;
  }

  /** Negative when `a` comes before `b`. */
  readonly compare = (a: number, b: number): number => {
    const firstA = this.#first[a] as number;
    const firstB = this.#first[b] as number;
    if (firstA !== firstB) return firstA < firstB ? -1 : 1;
    const secondA = this.#second[a] as number;
    const secondB = this.#second[b] as number;
    if (secondA !== secondB) return secondA < secondB ? -1 : 1;
    return a - b;
  };
}

/** Highest priority first, then the longest tail; 'batches' keeps the order of declaration, as a plain pipeline does. */
export function rankByTail(
  index: GraphIndex,
  tasks: readonly Task[],
  tailMs: Float64Array,
  strategy: Strategy,
): Ranking {
  const ranking = new Ranking();
  const priority = inheritedPriorities(index, (i) => tasks[i]?.priority);
  for (let i = 0; i < tasks.length; i++) {
    ranking.push(-(priority[i] as number), strategy === "batches" ? 0 : -(tailMs[i] as number));
  }
  return ranking;
}

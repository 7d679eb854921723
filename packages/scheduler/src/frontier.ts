import { type GraphIndex, levels } from "./graph-index.ts";

/**
 * Knows which tasks are ready: their needs are met and, in batches, all lower levels have finished. It grows when tasks are added.
 */
export class Frontier {
  readonly #index: GraphIndex;
  /** Needs not met yet, by task. */
  readonly #open: number[] = [];
  /** What needs a task: beyond the graph, through tasks added later. */
  readonly #added = new Map<number, number[]>();
  readonly #batches: Batches | undefined;

  constructor(index: GraphIndex, inBatches: boolean) {
    this.#index = index;
    for (const needs of index.needs) this.#open.push(needs.length);
    this.#batches = inBatches ? createBatches(index) : undefined;
  }

  /** What is ready at the start. */
  begin(): readonly number[] {
    if (this.#batches !== undefined) return [...(this.#batches.members[0] ?? [])];
    const ready: number[] = [];
    for (const [task, open] of this.#open.entries()) if (open === 0) ready.push(task);
    return ready;
  }

  /** The level that is being worked on; always 0 without batches. */
  get level(): number {
    return this.#batches?.current ?? 0;
  }

  *dependentsOf(task: number): Generator<number, void, undefined> {
    yield* this.#index.dependents[task] ?? [];
    yield* this.#added.get(task) ?? [];
  }

  /**
   * A task has come to its end. Dependents whose need it meets and that need nothing else are called ready; in batches the next level is,
   * when this was the last task of the current one, whether or not the task meets needs.
   */
  settle(task: number, meets: (dependent: number) => boolean, ready: (task: number) => void): void {
    if (this.#batches !== undefined) {
      leaveBatch(this.#batches, task, ready);
      return;
    }
    for (const dependent of this.#index.dependents[task] ?? []) if (meets(dependent)) this.#meet(dependent, ready);
    const added = this.#added.get(task);
    if (added === undefined) return;
    for (const dependent of added) if (meets(dependent)) this.#meet(dependent, ready);
  }

  /** Adds a task with the needs that are not met yet; true when it is ready at once. */
  add(task: number, unmet: readonly number[]): boolean {
    this.#open[task] = unmet.length;
    for (const need of unmet) {
      const dependents = this.#added.get(need);
      if (dependents === undefined) this.#added.set(need, [task]);
      else dependents.push(task);
    }
    if (this.#batches === undefined) return unmet.length === 0;
    return joinBatch(this.#batches, task, unmet);
  }

  #meet(dependent: number, ready: (task: number) => void): void {
    const open = (this.#open[dependent] as number) - 1;
    this.#open[dependent] = open;
    if (open === 0) ready(dependent);
  }
}

interface Batches {
  readonly level: number[];
  readonly members: number[][];
  /** Tasks of each level that have not come to their end. */
  readonly left: number[];
  current: number;
}

function createBatches(index: GraphIndex): Batches {
  const batches: Batches = { level: [...levels(index)], members: [], left: [], current: 0 };
  for (const [task, level] of batches.level.entries()) {
    (batches.members[level] ??= []).push(task);
    batches.left[level] = (batches.left[level] ?? 0) + 1;
  }
  return batches;
}

function leaveBatch(batches: Batches, task: number, ready: (task: number) => void): void {
  const level = batches.level[task] as number;
  batches.left[level] = (batches.left[level] as number) - 1;
  while (batches.left[batches.current] === 0 && batches.current + 1 < batches.members.length) {
    batches.current += 1;
    for (const member of batches.members[batches.current] ?? []) ready(member);
  }
}

function joinBatch(batches: Batches, task: number, unmet: readonly number[]): boolean {
  let level = batches.current;
  for (const need of unmet) level = Math.max(level, (batches.level[need] as number) + 1);
  batches.level[task] = level;
  (batches.members[level] ??= []).push(task);
  batches.left[level] = (batches.left[level] ?? 0) + 1;
  return level === batches.current;
}

import type { Instance } from "./instance.ts";

/** Makes lists for {@link Timetable.build}: every task once, and after what it needs. */
export class TaskLists {
  readonly #instance: Instance;
  readonly #open: Int32Array;
  readonly #heap: Int32Array;
  readonly #copy: Int32Array;
  readonly #places: Int32Array | undefined;
  readonly #taken: Int32Array;
  #stamp = 0;

  constructor(instance: Instance) {
    const { size, priorityRank } = instance;
    this.#instance = instance;
    this.#open = new Int32Array(size);
    this.#heap = new Int32Array(size);
    this.#copy = new Int32Array(size);
    this.#taken = new Int32Array(size);
    if (priorityRank === undefined) return;
    let lowest = 0;
    for (const rank of priorityRank) lowest = Math.max(lowest, rank);
    this.#places = new Int32Array(lowest + 2);
  }

  /** Of the tasks whose needs are in the list always the one with the smallest key next; ties by declaration. */
  sortByKey(keys: Float64Array, into: Int32Array): void {
    const { size, needs, dependents } = this.#instance;
    const open = this.#open;
    const heap = this.#heap;
    let length = 0;
    const before = (a: number, b: number): boolean => {
      const keyA = keys[a] as number;
      const keyB = keys[b] as number;
      return keyA < keyB || (keyA === keyB && a < b);
    };
    const push = (task: number): void => {
      let hole = length++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (!before(task, heap[parent] as number)) break;
        heap[hole] = heap[parent] as number;
        hole = parent;
      }
      heap[hole] = task;
    };
    for (let task = 0; task < size; task++) {
      open[task] = (needs.starts[task + 1] as number) - (needs.starts[task] as number);
      if (open[task] === 0) push(task);
    }
    for (let filled = 0; filled < size; filled++) {
      const task = heap[0] as number;
      into[filled] = task;
      const moved = heap[--length] as number;
      let hole = 0;
      for (;;) {
        let child = 2 * hole + 1;
        if (child >= length) break;
        if (child + 1 < length && before(heap[child + 1] as number, heap[child] as number)) child += 1;
        if (!before(heap[child] as number, moved)) break;
        heap[hole] = heap[child] as number;
        hole = child;
      }
      heap[hole] = moved;
      for (let e = dependents.starts[task] as number; e < (dependents.starts[task + 1] as number); e++) {
        const dependent = dependents.items[e] as number;
        open[dependent] = (open[dependent] as number) - 1;
        if (open[dependent] === 0) push(dependent);
      }
    }
  }

  /**
   * Two-point crossover (Hartmann 1998): the part of `mother` before `from`, then the tasks of `father` that are missing in his order until
   * position `to`, then what is left in the order of `mother`.
   */
  cross(mother: Int32Array, father: Int32Array, from: number, to: number, into: Int32Array): void {
    const { size } = this.#instance;
    const taken = this.#taken;
    const stamp = ++this.#stamp;
    let filled = 0;
    for (; filled < from; filled++) {
      const task = mother[filled] as number;
      into[filled] = task;
      taken[task] = stamp;
    }
    for (let k = 0; filled < to; k++) {
      const task = father[k] as number;
      if (taken[task] === stamp) continue;
      taken[task] = stamp;
      into[filled++] = task;
    }
    for (let k = from; filled < size; k++) {
      const task = mother[k] as number;
      if (taken[task] !== stamp) into[filled++] = task;
    }
  }

  /** Moves higher priorities to the front; needs stay in front of what depends on them, for priorities are inherited. */
  respectPriorities(list: Int32Array): void {
    const rank = this.#instance.priorityRank;
    const places = this.#places;
    if (rank === undefined || places === undefined) return;
    places.fill(0);
    for (const task of list) {
      const at = (rank[task] as number) + 1;
      places[at] = (places[at] as number) + 1;
    }
    for (let at = 1; at < places.length; at++) places[at] = (places[at] as number) + (places[at - 1] as number);
    this.#copy.set(list);
    for (const task of this.#copy) {
      const at = rank[task] as number;
      const place = places[at] as number;
      list[place] = task;
      places[at] = place + 1;
    }
  }
}

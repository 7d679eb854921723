/**
 * A binary heap of task numbers, the first in order on top (Williams 1964, "Algorithm 232: Heapsort"). Push and pop take O(log n) and allocate
 * nothing. When the order of what is inside changes, it has to be emptied and filled again.
 */
export class TaskHeap {
  readonly #compare: (a: number, b: number) => number;
  readonly #heap: number[] = [];

  /** @param compare A total order over task numbers: 0 only for the same task. */
  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** What is inside, the first in order first, otherwise in any order. */
  get tasks(): readonly number[] {
    return this.#heap;
  }

  /** The first in order, left inside; -1 when it is empty. */
  peek(): number {
    return this.#heap.length === 0 ? -1 : (this.#heap[0] as number);
  }

  push(task: number): void {
    const heap = this.#heap;
    const compare = this.#compare;
    let hole = heap.length;
    heap.push(task);
    while (hole > 0) {
      const parentAt = (hole - 1) >> 1;
      const parent = heap[parentAt] as number;
      if (compare(task, parent) >= 0) break;
      heap[hole] = parent;
      hole = parentAt;
    }
    heap[hole] = task;
  }

  /** Takes the first in order out; -1 when it is empty. */
  pop(): number {
    const heap = this.#heap;
    const size = heap.length - 1;
    if (size < 0) return -1;
    const top = heap[0] as number;
    const last = heap.pop() as number;
    if (size === 0) return top;
    const compare = this.#compare;
    let hole = 0;
    for (;;) {
      let childAt = 2 * hole + 1;
      if (childAt >= size) break;
      let child = heap[childAt] as number;
      if (childAt + 1 < size) {
        const right = heap[childAt + 1] as number;
        if (compare(right, child) < 0) {
          child = right;
          childAt += 1;
        }
      }
      if (compare(child, last) >= 0) break;
      heap[hole] = child;
      hole = childAt;
    }
    heap[hole] = last;
    return top;
  }

  clear(): void {
    this.#heap.length = 0;
  }
}

interface Entry<T> {
  readonly item: T;
  readonly sequence: number;
}

/**
 * A binary heap: the smallest item first, and among equal items the one that came first.
 *
 * `compare` may not answer NaN; an order with NaN in it is no order, so the queue refuses it with a RangeError.
 * Push and pop take O(log n) (Williams 1964, "Algorithm 232: Heapsort").
 */
export class PriorityQueue<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #heap: Entry<T>[] = [];
  #sequence = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** The item that comes next, left in the queue. */
  peek(): T | undefined {
    return this.#heap[0]?.item;
  }

  push(item: T): void {
    // Compared with itself first, so that a NaN is refused before anything has moved and even when the queue is empty.
    this.#checked(item, item);
    const heap = this.#heap;
    const entry: Entry<T> = { item, sequence: this.#sequence++ };
    let hole = heap.length;
    heap.push(entry);
    while (hole > 0) {
      const parentAt = (hole - 1) >> 1;
      const parent = heap[parentAt] as Entry<T>;
      if (!this.#before(entry, parent)) break;
      heap[hole] = parent;
      hole = parentAt;
    }
    heap[hole] = entry;
  }

  /** Takes the item that comes next out of the queue. */
  pop(): T | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return undefined;
    const size = heap.length;
    if (size === 0) return top.item;
    let hole = 0;
    for (;;) {
      let childAt = 2 * hole + 1;
      if (childAt >= size) break;
      let child = heap[childAt] as Entry<T>;
      const right = heap[childAt + 1];
      if (right !== undefined && this.#before(right, child)) {
        child = right;
        childAt += 1;
      }
      if (!this.#before(child, last)) break;
      heap[hole] = child;
      hole = childAt;
    }
    heap[hole] = last;
    return top.item;
  }

  #before(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#checked(a.item, b.item);
    return order === 0 ? a.sequence < b.sequence : order < 0;
  }

  #checked(a: T, b: T): number {
    const order = this.#compare(a, b);
    if (Number.isNaN(order)) throw new RangeError("Cannot order items: `compare` must answer a number, got NaN");
    return order;
  }
}

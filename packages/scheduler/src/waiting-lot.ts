interface Node {
  readonly task: number;
  readonly amount: number;
  /** Decides the shape of the tree; a scrambled task number, so that the shape is random enough and yet always the same. */
  readonly weight: number;
  /** Smallest amount in the subtree. */
  smallest: number;
  left: Node | undefined;
  right: Node | undefined;
}

/**
 * Tasks that wait for some amount of one resource, in rank order. It answers "who is the first in order that needs no more than this?" in
 * O(log n), so that a release costs no scan over everybody who waits.
 *
 * A treap (Seidel and Aragon 1996) with the smallest amount of each subtree kept in its root.
 */
export class WaitingLot {
  readonly #compare: (a: number, b: number) => number;
  #root: Node | undefined;
  #size = 0;

  /** @param compare A total order over task numbers: 0 only for the same task. */
  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a task, which must not be inside. */
  add(task: number, amount: number): void {
    const node: Node = { task, amount, weight: scramble(task), smallest: amount, left: undefined, right: undefined };
    const [before, after] = this.#split(this.#root, task);
    this.#root = merge(merge(before, node), after);
    this.#size += 1;
  }

  /** Takes a task out; false when it was not inside. */
  delete(task: number): boolean {
    const parents: Node[] = [];
    let node = this.#root;
    while (node !== undefined) {
      const order = this.#compare(task, node.task);
      if (order === 0) break;
      parents.push(node);
      node = order < 0 ? node.left : node.right;
    }
    if (node === undefined) return false;
    const rest = merge(node.left, node.right);
    const parent = parents.at(-1);
    if (parent === undefined) this.#root = rest;
    else if (parent.left === node) parent.left = rest;
    else parent.right = rest;
    for (let i = parents.length - 1; i >= 0; i--) refresh(parents[i] as Node);
    this.#size -= 1;
    return true;
  }

  /** The first in order, or -1. */
  first(): number {
    let node = this.#root;
    while (node?.left !== undefined) node = node.left;
    return node?.task ?? -1;
  }

  /** The first in order that waits for no more than `amount`, or -1. */
  firstWithin(amount: number): number {
    let node = this.#root;
    if (node === undefined || node.smallest > amount) return -1;
    for (;;) {
      if (node.left !== undefined && node.left.smallest <= amount) node = node.left;
      else if (node.amount <= amount) return node.task;
      else node = node.right as Node;
    }
  }

  /** Everything before `task` and everything after it. */
  #split(node: Node | undefined, task: number): [Node | undefined, Node | undefined] {
    if (node === undefined) return [undefined, undefined];
    if (this.#compare(node.task, task) < 0) {
      const [before, after] = this.#split(node.right, task);
      node.right = before;
      refresh(node);
      return [node, after];
    }
    const [before, after] = this.#split(node.left, task);
    node.left = after;
    refresh(node);
    return [before, node];
  }
}

function merge(before: Node | undefined, after: Node | undefined): Node | undefined {
  if (before === undefined) return after;
  if (after === undefined) return before;
  if (before.weight > after.weight) {
    before.right = merge(before.right, after);
    refresh(before);
    return before;
  }
  after.left = merge(before, after.left);
  refresh(after);
  return after;
}

function refresh(node: Node): void {
  let smallest = node.amount;
  if (node.left !== undefined && node.left.smallest < smallest) smallest = node.left.smallest;
  if (node.right !== undefined && node.right.smallest < smallest) smallest = node.right.smallest;
  node.smallest = smallest;
}

/** A bijection on 32-bit integers that spreads neighbours (multiply and xor-shift rounds with odd constants). */
function scramble(value: number): number {
  let x = (value + 1) | 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
}

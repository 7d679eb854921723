import { broken } from "./engine-failure.ts";
import type { Commit } from "./commit.ts";

type ReadCommit = (id: string) => Promise<Commit | undefined>;

const FROM_ONE = 1;
const FROM_TWO = 2;
const STALE = 4;
const BOTH = FROM_ONE | FROM_TWO;

interface Queued {
  readonly id: string;
  readonly commit: Commit;
  readonly order: number;
}

/** Youngest first; among equals the one that came first. */
const isBefore = (a: Queued, b: Queued): boolean =>
  a.commit.timeSeconds !== b.commit.timeSeconds ? a.commit.timeSeconds > b.commit.timeSeconds : a.order < b.order;

/** A binary heap. */
function createQueue(): { readonly push: (one: Queued) => void; readonly pop: () => Queued | undefined } {
  const heap: Queued[] = [];
  return {
    push: (one) => {
      let at = heap.push(one) - 1;
      while (at > 0) {
        const above = (at - 1) >> 1;
        const parent = heap[above];
        if (parent === undefined || !isBefore(one, parent)) break;
        heap[at] = parent;
        at = above;
      }
      heap[at] = one;
    },
    pop: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        let child = heap[below];
        if (child === undefined) break;
        const right = heap[below + 1];
        if (right !== undefined && isBefore(right, child)) {
          below += 1;
          child = right;
        }
        if (!isBefore(child, last)) break;
        heap[at] = child;
        at = below;
      }
      heap[at] = last;
      return first;
    },
  };
}

interface Walked {
  /** Common ancestors that are not themselves known to lie behind another, in the order in which they were met. */
  readonly common: readonly { readonly id: string; readonly commit: Commit }[];
  readonly flags: ReadonlyMap<string, number>;
}

/** Walks back from both sides, youngest commit first, until all that is left lies behind a common ancestor. */
async function paint(one: string, others: readonly string[], readCommit: ReadCommit): Promise<Walked> {
  const flags = new Map<string, number>();
  const queue = createQueue();
  let queued = 0;
  let fresh = 0;
  const freshInQueue = new Map<string, number>();
  const push = async (id: string, flag: number): Promise<void> => {
    const before = flags.get(id) ?? 0;
    if ((before & flag) === flag) return;
    const commit = await readCommit(id);
    if (commit === undefined) throw broken(`the commit ${id} is missing`);
    flags.set(id, before | flag);
    const waiting = freshInQueue.get(id) ?? 0;
    if ((flag & STALE) !== 0 && waiting > 0) {
      fresh -= waiting;
      freshInQueue.set(id, 0);
    }
    if (((before | flag) & STALE) === 0) {
      fresh += 1;
      freshInQueue.set(id, waiting + 1);
    }
    queue.push({ id, commit, order: queued });
    queued += 1;
  };
  await push(one, FROM_ONE);
  for (const other of others) await push(other, FROM_TWO);

  const met = new Map<string, Commit>();
  while (fresh > 0) {
    const next = queue.pop();
    if (next === undefined) break;
    const { id, commit } = next;
    const waiting = freshInQueue.get(id) ?? 0;
    if (waiting > 0) {
      fresh -= 1;
      freshInQueue.set(id, waiting - 1);
    }
    let flag = flags.get(id) ?? 0;
    if ((flag & (BOTH | STALE)) === BOTH) {
      met.set(id, commit);
      flag |= STALE;
    }
    for (const parent of commit.parents) await push(parent, flag);
  }
  const common = [...met].filter(([id]) => ((flags.get(id) ?? 0) & STALE) === 0);
  return { common: common.map(([id, commit]) => ({ id, commit })), flags };
}

/**
 * The best common ancestor of two commits, the youngest of them where there are several (criss-cross), `undefined` where none can be seen.
 * The walk is that of git's `paint_down_to_common()` (commit-reach.c). O(commits on both sides).
 */
export async function findMergeBase(one: string, two: string, readCommit: ReadCommit): Promise<string | undefined> {
  if (one === two) return one;
  let { common } = await paint(one, [two], readCommit);
  if (common.length > 1) {
    // With clocks that went wrong the walk may meet an ancestor of a better base first.
    const best: (typeof common)[number][] = [];
    for (const candidate of common) {
      const others = common.filter(({ id }) => id !== candidate.id).map(({ id }) => id);
      const { flags } = await paint(candidate.id, others, readCommit);
      if (((flags.get(candidate.id) ?? 0) & FROM_TWO) === 0) best.push(candidate);
    }
    common = best;
  }
  let base = common[0];
  for (const candidate of common) {
    if (base === undefined || candidate.commit.timeSeconds > base.commit.timeSeconds) base = candidate;
  }
  return base?.id;
}

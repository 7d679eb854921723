import { append, EMPTY_BLOCK, urgencyOf, urgencyOfStep, type Block, type StepNode } from "./testable-step.ts";

/** Steps that a block has at most; without a bound, hundreds of steps in layers would take seconds. */
export const MAX_BLOCK = 32;

/**
 * A good order under any needs: again and again the most urgent block goes first. A block is a step with what it still needs,
 * and with those of the steps needing it that make the block more urgent still. After Sidney 1975, whose decomposition takes
 * the most urgent of all such sets; finding that one is what is hard in general (Lawler 1978).
 * A step that needs more than {@link MAX_BLOCK} unfinished ones is looked at later. O(steps² × {@link MAX_BLOCK}²) at worst.
 */
export function orderByBlocks(steps: readonly StepNode[]): readonly number[] {
  const neededBy = steps.map((): number[] => []);
  for (const [index, { needs }] of steps.entries()) for (const need of needs) neededBy[need]?.push(index);
  const nodeAt = (index: number): StepNode => {
    const step = steps[index];
    if (step === undefined) throw new Error(`Cannot order steps: there is no step ${index}`);
    return step;
  };

  const order: number[] = [];
  const done = new Set<number>();
  const isReady = (index: number, set: ReadonlySet<number>): boolean =>
    nodeAt(index).needs.every((need) => done.has(need) || set.has(need));

  const sequenceOf = (members: ReadonlySet<number>): { sequence: readonly number[]; block: Block } => {
    const placed = new Set<number>();
    let block = EMPTY_BLOCK;
    while (placed.size < members.size) {
      let best = -1;
      for (const index of members) {
        if (placed.has(index) || !isReady(index, placed)) continue;
        if (best === -1 || urgencyOfStep(nodeAt(index)) > urgencyOfStep(nodeAt(best))) best = index;
      }
      placed.add(best);
      block = append(block, nodeAt(best));
    }
    return { sequence: [...placed], block };
  };

  const blockAround = (index: number): { sequence: readonly number[]; block: Block } | undefined => {
    const members = new Set([index]);
    for (const member of members) {
      for (const need of nodeAt(member).needs) if (!done.has(need)) members.add(need);
      if (members.size > MAX_BLOCK) return undefined;
    }
    const { sequence, block: needed } = sequenceOf(members);
    let block = needed;
    const added = [...sequence];
    // Most urgent follower first; each that is taken in may have followers of its own.
    for (;;) {
      let best = -1;
      for (const member of members) {
        for (const follower of neededBy[member] ?? []) {
          if (members.has(follower) || !isReady(follower, members)) continue;
          if (best === -1 || urgencyOfStep(nodeAt(follower)) > urgencyOfStep(nodeAt(best))) best = follower;
        }
      }
      const isFull = best === -1 || members.size === MAX_BLOCK;
      if (isFull || urgencyOfStep(nodeAt(best)) <= urgencyOf(block)) return { sequence: added, block };
      members.add(best);
      added.push(best);
      block = append(block, nodeAt(best));
    }
  };

  while (done.size < steps.length) {
    let best: ReturnType<typeof blockAround> | undefined;
    for (const index of steps.keys()) {
      if (done.has(index)) continue;
      const candidate = blockAround(index);
      if (candidate === undefined) continue;
      if (best === undefined || urgencyOf(candidate.block) > urgencyOf(best.block)) best = candidate;
    }
    for (const index of best?.sequence ?? []) {
      done.add(index);
      order.push(index);
    }
  }
  return order;
}

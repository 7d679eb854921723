import { append, EMPTY_BLOCK, type Block, type StepNode } from "./testable-step.ts";

/** Sets of steps looked at before it is given up. */
export const MAX_SETS = 4096;

/**
 * The order with the least expected time to the first failure on one slot, or undefined where that would take more than
 * {@link MAX_SETS} sets. Dynamic programming over the sets that contain the needs of their steps: what is still to come depends
 * only on which steps have run, not on their order (Held and Karp 1962).
 */
export function orderExactly(steps: readonly StepNode[]): readonly number[] | undefined {
  // Sets are bits of a number.
  if (steps.length > 30) return undefined;
  const needs = steps.map((step) => step.needs.reduce((bits, need) => bits | (1 << need), 0));
  interface Reached {
    readonly block: Block;
    readonly last: number;
    readonly before: Reached | undefined;
  }
  let layer = new Map<number, Reached>([[0, { block: EMPTY_BLOCK, last: -1, before: undefined }]]);
  let sets = 1;
  for (let size = 0; size < steps.length; size++) {
    const next = new Map<number, Reached>();
    for (const [set, before] of layer) {
      for (const [index, step] of steps.entries()) {
        const bit = 1 << index;
        const needed = needs[index] ?? 0;
        if ((set & bit) !== 0 || (set & needed) !== needed) continue;
        const block = append(before.block, step);
        const known = next.get(set | bit);
        if (known !== undefined && known.block.expectedMs <= block.expectedMs) continue;
        next.set(set | bit, { block, last: index, before });
      }
    }
    sets += next.size;
    if (sets > MAX_SETS) return undefined;
    layer = next;
  }
  const order: number[] = [];
  const [whole] = layer.values();
  for (let reached = whole; reached?.before !== undefined; reached = reached.before) order.unshift(reached.last);
  return order;
}

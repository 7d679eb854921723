import { flatten, type Lists } from "./lists.ts";

/** Needs and dependents of each task. */
export interface Links {
  readonly needs: Lists;
  readonly dependents: Lists;
}

/** With more tasks than this finding the shortcuts would cost more than they do. */
const REDUCED_UP_TO = 1_000;

/**
 * Leaves out the needs that follow from others: of `a -> b -> c` and `a -> c` the latter (transitive reduction; Aho, Garey and Ullman 1972).
 * Schedules stay the same, and there is less to look at for each. O(tasks times needs / 32); larger graphs are given back as they are.
 *
 * @param order Every task after what it needs.
 */
export function withoutShortcuts(links: Links, order: Int32Array): Links {
  const size = order.length;
  const { starts, items } = links.needs;
  if (size > REDUCED_UP_TO) return links;
  const width = (size + 31) >> 5;
  /** By task, one bit for each task that it needs, directly or not. */
  const ancestors = new Int32Array(size * width);
  const position = new Int32Array(size);
  for (const [k, task] of order.entries()) position[task] = k;
  const kept: number[][] = Array.from({ length: size }, () => []);
  for (const task of order) {
    const row = task * width;
    // The needs that come last first: an earlier one that is already an ancestor then follows from them.
    const own = items
      .slice(starts[task], starts[task + 1])
      .sort((a, b) => (position[b] as number) - (position[a] as number));
    for (const need of own) {
      if (((ancestors[row + (need >> 5)] as number) & (1 << (need & 31))) !== 0) continue;
      (kept[task] as number[]).push(need);
      for (let k = 0; k < width; k++) {
        ancestors[row + k] = (ancestors[row + k] as number) | (ancestors[need * width + k] as number);
      }
      ancestors[row + (need >> 5)] = (ancestors[row + (need >> 5)] as number) | (1 << (need & 31));
    }
  }
  const reversed: number[][] = Array.from({ length: size }, () => []);
  for (const [task, own] of kept.entries()) {
    own.sort((a, b) => a - b);
    for (const need of own) (reversed[need] as number[]).push(task);
  }
  return { needs: flatten(kept), dependents: flatten(reversed) };
}

import type { MeasuredTree } from "./measured-tree.ts";

/** A way of looking at the processes of measured trees. Times are readings of the monitor's clock in milliseconds. */
export interface Looks {
  /** Nothing was measured before this moment. */
  begin(): void;
  /** The first process of a tree was told; it may have been seen before. */
  attached(pid: number): void;
  /** Looks at all processes of all trees. */
  look(trees: ReadonlySet<MeasuredTree>, now: () => number): void | Promise<void>;
  /** Processes that this one started have ended, perhaps the first ones of trees: gives those what they took in the end. */
  settle(trees: ReadonlySet<MeasuredTree>, nowMs: number): void;
  /** A tree is measured no longer. */
  end(tree: MeasuredTree): void;
  /** Nothing is measured any more. */
  forget(): void;
}

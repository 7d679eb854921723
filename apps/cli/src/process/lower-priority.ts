import { getPriority, setPriority } from "node:os";

/**
 * Lets other programs go first: lowers the priority of this program, which all that it starts from then on inherits, so that there is no moment
 * at which a step has another. Never raises one that is lower already, for which rights would be needed.
 *
 * @param niceness - from 1, a little lower than usual, to 19, the lowest
 */
export function lowerPriority(niceness: number): void {
  if (niceness > getPriority()) setPriority(niceness);
}

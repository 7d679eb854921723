import { show } from "./check-task.ts";

/** `critical-path`: whatever is ready may start, the longest remaining path first. `batches`: level after level, in the order of declaration. */
export type Strategy = "critical-path" | "batches";

/** Checks a strategy a caller gave. */
export function readStrategy(strategy: Strategy | undefined, action: string): Strategy {
  const chosen = strategy ?? "critical-path";
  if (chosen !== "critical-path" && chosen !== "batches") {
    throw new TypeError(`Cannot ${action}: \`strategy\` must be "critical-path" or "batches", got ${show(strategy)}`);
  }
  return chosen;
}

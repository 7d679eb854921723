import type { Step } from "../config/workflow.ts";

/** Whether successes of a step are stored and looked up. What runs every time needs none. */
export function isKept(step: Pick<Step, "cache" | "trigger">): boolean {
  return step.cache && !step.trigger.always;
}

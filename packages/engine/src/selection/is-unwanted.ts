import type { Decision } from "./reasons.ts";

/** Whether nobody wants a step in this run, whatever became of it. */
export function isUnwanted({ reason }: Pick<Decision, "reason">): boolean {
  return reason === "not-requested" || reason === "project-kind" || reason === "stage-not-triggered";
}

import type { Decision } from "./reasons.ts";
import { hasNoPlace } from "./has-no-place.ts";

/** Whether nobody wants a step in this run, whatever became of it. */
export function isUnwanted({ reason }: Pick<Decision, "reason">): boolean {
  return reason === "not-requested" || reason === "stage-not-triggered" || hasNoPlace(reason);
}

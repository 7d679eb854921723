import type { Reason } from "./reasons.ts";

/** Reasons why a step has nothing to do in this project as it is set up. */
const NO_PLACE: ReadonlySet<string> = new Set([
  "project-kind",
  "no-model",
  "no-input-files",
] satisfies readonly Reason[]);

/** Whether a step has nothing to do in this project as it is set up: that proves nothing, and what it needs still comes before what needs it. */
export function hasNoPlace(reason: string | undefined): boolean {
  return reason !== undefined && NO_PLACE.has(reason);
}

import type { AlertEvaluation } from "./evaluate-alerts.ts";

/** 1 when any condition is true in this run, told or suppressed, otherwise 0: what a build that should fail then exits with. */
export function exitCodeFor(evaluation: Pick<AlertEvaluation, "fire" | "suppressed">): 0 | 1 {
  return evaluation.fire.length + evaluation.suppressed.length === 0 ? 0 : 1;
}

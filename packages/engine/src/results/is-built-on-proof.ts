import type { StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import { hasNoPlace } from "../selection/has-no-place.ts";

/** Whether every need of a step is proved, now or on record, and theirs in turn; a success beside one that is not proves little. */
export function isBuiltOnProof(
  step: Step,
  steps: ReadonlyMap<string, Step>,
  records: ReadonlyMap<string, StepRecord>,
): boolean {
  const open = [...step.needs];
  const seen = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const record = records.get(id);
    const reason = record?.decision.reason;
    if (record?.outcome === "replayed" || reason === "no-relevant-change" || reason === "base-assumed-green") continue;
    // What this project does not have proves nothing, and what it needs still comes before.
    if (record?.outcome !== "passed" && !hasNoPlace(reason)) return false;
    open.push(...(steps.get(id)?.needs ?? []));
  }
  return true;
}

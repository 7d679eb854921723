import type { Workflow } from "../config/workflow.ts";

/** Whether a workflow has a step that is done for each unit, so that the work tree says which steps there are. */
export function hasUnitSteps({ steps }: Workflow): boolean {
  for (const { forEach } of steps.values()) if (forEach !== undefined) return true;
  return false;
}

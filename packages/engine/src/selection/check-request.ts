import type { Workflow } from "../config/workflow.ts";
import type { SelectionRequest } from "./selection-input.ts";
import { unknownStep } from "./unknown-step.ts";

/**
 * Refuses a request for steps that are not there.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – it names one that is not configured
 */
export function checkRequest(workflow: Workflow, request: Pick<SelectionRequest, "steps">): void {
  for (const name of request.steps ?? []) {
    if (!workflow.steps.has(name)) throw unknownStep(name, workflow);
  }
}

import { suggest } from "../config/suggest.ts";
import type { Workflow } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";
import type { SelectionRequest } from "./selection-input.ts";

/**
 * Refuses a request for steps that are not there.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – it names one that is not configured
 */
export function checkRequest(workflow: Workflow, request: Pick<SelectionRequest, "steps">): void {
  for (const name of request.steps ?? []) {
    if (workflow.steps.has(name)) continue;
    // The steps of units can be asked for together, by the name that they have in the configuration.
    const known = [
      ...new Set(
        [...workflow.steps.values()].flatMap(({ id, unit }) =>
          unit === undefined ? [id] : [id.slice(0, id.indexOf("@")), id],
        ),
      ),
    ];
    const nearest = suggest(name, known);
    throw new EngineError("ENGINE_UNKNOWN_STEP", `unknown step "${name}"`, {
      hint: nearest === undefined ? `The steps are ${known.join(", ")}` : `Did you mean "${nearest}"?`,
    });
  }
}

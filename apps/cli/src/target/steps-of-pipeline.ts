import { EngineError, type LoadedWorkflow } from "@ai-workflow/engine";
import { stepLibrary } from "./step-library.ts";

/**
 * Ids of the steps of a built-in pipeline that a workflow has.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – it has none of them
 */
export async function stepsOfPipeline(name: string, { workflow }: LoadedWorkflow): Promise<readonly string[]> {
  const { pipelines } = await stepLibrary().load();
  const steps = (pipelines[name]?.steps ?? []).filter((id) => workflow.steps.has(id));
  if (steps.length > 0) return steps;
  throw new EngineError("ENGINE_UNKNOWN_STEP", `no step of the pipeline "${name}" is left`, {
    hint: "The configuration switches all of them off; `ai-workflow run` runs those that it has",
  });
}

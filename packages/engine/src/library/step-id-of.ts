import type { Workflow } from "../config/workflow.ts";

/** The id of the step that a name means, which may be another of its names; the name itself where no step has it. Pure. */
export function stepIdOf(name: string, { steps, aliases }: Pick<Workflow, "steps" | "aliases">): string {
  return steps.has(name) ? name : (aliases.get(name) ?? name);
}

import type { Step, Workflow } from "../config/workflow.ts";

/** Whether a step is for projects of the kind that this one is; others are never due. Pure. */
export function isForKind({ kinds }: Pick<Step, "kinds">, { kind }: Pick<Workflow, "kind">): boolean {
  return kinds?.has(kind) ?? true;
}

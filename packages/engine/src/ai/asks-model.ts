import type { Step } from "../config/workflow.ts";

/** Whether what comes of a step may rest on what a model says. Pure. */
export function asksModel({ action }: Pick<Step, "action">): boolean {
  return action.kind === "ai" || (action.kind === "module" && action.asks !== undefined);
}

import { namePaths, type TreeWatch } from "../tree/watch-tree.ts";
import type { Step } from "../config/workflow.ts";
import type { StepVerdict } from "../runners/step-run.ts";

/** A step that passed and edited what it does not say has failed. */
export async function judgeEdits(step: Step, verdict: StepVerdict, strict: TreeWatch): Promise<StepVerdict> {
  const edited = await strict.undeclared([step]);
  if (verdict.outcome !== "passed" || edited === undefined || edited.length === 0) return verdict;
  const message = `edited ${namePaths(edited)} without saying so in \`writes\` or \`outputs\` (--strict)`;
  return { ...verdict, outcome: "failed", message };
}

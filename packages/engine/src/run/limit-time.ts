import type { EnvironmentRecord } from "@ai-workflow/profiler";
import type { Preparation } from "../preparation/prepare.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * Leaves out what does not fit into the time that was given, where one was.
 *
 * @throws {RangeError} for a `budgetMs` that is no time
 */
export async function limitTime(
  preparation: Preparation,
  { budgetMs, loaded }: Pick<RunOptions, "budgetMs" | "loaded">,
  known: { readonly state: string; readonly resolved: ResolvedOptions; readonly machine: EnvironmentRecord },
): Promise<Preparation> {
  if (budgetMs === undefined) return preparation;
  if (!(budgetMs > 0)) throw new RangeError(`Cannot run workflow: \`budgetMs\` must be above 0, got ${budgetMs}`);
  const { keepWithinBudget } = await import("../budget/keep-within-budget.ts");
  const { state, resolved, machine } = known;
  const { maxParallel, stages } = resolved;
  const decisions = keepWithinBudget(preparation.decisions, {
    budgetMs,
    workflow: loaded.workflow,
    state,
    stages,
    maxParallel,
    machine,
  });
  return { ...preparation, decisions };
}

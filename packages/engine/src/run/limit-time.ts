import type { EnvironmentRecord, NoticeRecord } from "@ai-workflow/profiler";
import type { Preparation } from "../preparation/prepare.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import type { RunOptions } from "./run-options.ts";

/** Steps without a time that are named. */
const NAMED = 5;

/**
 * Leaves out what does not fit into the time that was given, where one was.
 *
 * @throws {RangeError} for a `budgetMs` that is no time
 */
export async function limitTime(
  preparation: Preparation,
  { budgetMs, loaded }: Pick<RunOptions, "budgetMs" | "loaded">,
  known: {
    readonly state: string;
    readonly resolved: ResolvedOptions;
    readonly machine: EnvironmentRecord;
    /** Told where the time of steps had to be guessed. */
    readonly notice?: ((notice: NoticeRecord) => void) | undefined;
  },
): Promise<Preparation> {
  if (budgetMs === undefined) return preparation;
  if (!(budgetMs > 0)) throw new RangeError(`Cannot run workflow: \`budgetMs\` must be above 0, got ${budgetMs}`);
  const { keepWithinBudget } = await import("../budget/keep-within-budget.ts");
  const { state, resolved, machine } = known;
  const { maxParallel, stages } = resolved;
  const { decisions, untimed } = keepWithinBudget(preparation.decisions, {
    budgetMs,
    workflow: loaded.workflow,
    state,
    stages,
    maxParallel,
    machine,
  });
  if (untimed.length > 0) {
    const more = untimed.length - NAMED;
    const which = `${untimed.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    const message = `the run may take longer than its budget: nobody knows yet how long ${which} ${untimed.length === 1 ? "takes" : "take"}`;
    known.notice?.({ code: "budget-guessed", message });
  }
  return { ...preparation, decisions };
}

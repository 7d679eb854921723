import { categorise, createPathMatcher } from "@ai-workflow/change-detection";
import { CONFIG_FILE_NAME } from "../config/config.ts";
import type { Workflow } from "../config/workflow.ts";
import { createRelevance, type Relevance } from "../selection/relevance.ts";
import type { WatchedChange } from "./watch-machine.ts";

/** Tells what a changed path is to a workflow. */
export interface ChangeJudge {
  /** Whether a step leaves it. */
  readonly isMade: (path: string) => boolean;
  /** Whether a change of it may lead to other results than those of the last run, by whatever way; else nobody is interested. */
  readonly isOfInterest: (path: string) => boolean;
  /**
   * @param unfinished - steps of the present run that wait or run
   */
  readonly judge: (path: string, unfinished: ReadonlySet<string>) => WatchedChange;
}

/**
 * Makes a judge for a workflow. Pure.
 *
 * A step done for each unit stands for others, of which only a run knows: for those any path counts.
 */
export function createChangeJudge(workflow: Workflow): ChangeJudge {
  const steps = [...workflow.steps.values()];
  const isMade = anywhere(
    steps.flatMap(({ outputs, forEach }) => (forEach === undefined ? outputs : inUnits(outputs))),
  );
  const isDeclared = anywhere(
    steps.flatMap(({ writes, forEach }) => (forEach === undefined ? writes : inUnits(writes))),
  );
  const relevances = new Map<string, Relevance>();
  const counts = (path: string, stepId: string): boolean => {
    const step = workflow.steps.get(stepId);
    if (step === undefined || step.forEach !== undefined) return true;
    let relevance = relevances.get(stepId);
    if (relevance === undefined) {
      const categoryOf = (one: string): ReturnType<typeof categorise>["category"] =>
        categorise(one, workflow.categoryRules).category;
      relevances.set(stepId, (relevance = createRelevance(step, workflow, categoryOf)));
    }
    return relevance.judge(path).counts;
  };
  const { ai } = workflow;
  const hasScripts = steps.some(({ action }) => action.kind === "script");
  const stepIds = [...workflow.steps.keys()];
  return {
    isMade,
    isOfInterest: (path) =>
      path === CONFIG_FILE_NAME ||
      path === ai.prices ||
      path.startsWith(`${ai.prompts}/`) ||
      (hasScripts && (path === "package.json" || path.endsWith("/package.json"))) ||
      isMade(path) ||
      stepIds.some((stepId) => counts(path, stepId)),
    judge: (path, unfinished) => ({
      path,
      by: isMade(path) ? "made" : isDeclared(path) ? "declared" : "other",
      makesStale: [...unfinished].some((stepId) => counts(path, stepId)),
    }),
  };
}

/** Globs of a step that is done for each unit are meant from the folder of the unit, which may be any. */
function inUnits(globs: readonly string[]): readonly string[] {
  return globs.map((glob) => (glob.startsWith("!") ? `!**/${glob.slice(1)}` : `**/${glob}`));
}

function anywhere(globs: readonly string[]): (path: string) => boolean {
  return globs.length === 0 ? () => false : createPathMatcher(globs);
}

import { defaultStages, type ShareEstimate, accountStages, type PastRun } from "@ai-workflow/pipeline-stages";
import type { Step, Workflow } from "../config/workflow.ts";
import type { FailureEstimates } from "./failure-estimates.ts";

/** A stage that is proposed for a workflow that has none. */
export interface ProposedStage {
  readonly id: string;
  readonly steps: readonly string[];
  readonly trigger: "manual" | undefined;
  /** Share of the failing runs that had a failure in a step of it and in none of an earlier stage; `undefined` where no run failed. */
  readonly caughtShare: ShareEstimate | undefined;
}

/** What is proposed, and why. */
export interface StagesProposal {
  readonly stages: readonly ProposedStage[];
  /** By step, why it is in its stage, as a sentence. */
  readonly because: Readonly<Record<string, string>>;
}

/** Words of steps whose doing cannot be taken back by running the workflow again. */
const RELEASES = /(?:^|[^a-z])(?:deploy|publish|release)(?:$|[^a-z])/i;

/**
 * Proposes stages for a workflow that has none: by needs, by what fails for its time, and with what writes or releases last and waiting for a
 * person. Pure.
 *
 * @param needs - of each step, without circles
 */
export function proposeStages(
  workflow: Workflow,
  needs: ReadonlyMap<string, readonly string[]>,
  known: {
    readonly history: readonly PastRun[];
    readonly failures: FailureEstimates;
    readonly durationsMs: ReadonlyMap<string, number>;
  },
): StagesProposal {
  const { stages, because } = defaultStages(
    [...workflow.steps.values()].map((step) => ({
      id: step.id,
      predictedMs: known.durationsMs.get(step.id),
      failureProbability: known.failures.probabilityOf(step.id),
      releases: releases(step),
      writes: step.writes.length > 0,
      needs: needs.get(step.id),
    })),
  );
  // Without the times and stages that steps had, a failure counts for the earliest stage that would have found it.
  const untimed = known.history.map(({ steps }) => ({
    steps: steps.map(({ id, outcome, seconds }) => ({ id, outcome, seconds })),
  }));
  const accounts = accountStages(untimed, stages).stages;
  return {
    stages: stages.map(({ id, steps, trigger }, place) => ({
      id,
      steps,
      trigger: trigger === "manual" ? ("manual" as const) : undefined,
      caughtShare: accounts[place]?.caughtShare,
    })),
    because: Object.fromEntries(because),
  };
}

function releases({ id, action }: Step): boolean {
  const words = action.kind === "shell" ? action.command : action.kind === "script" ? action.script : "";
  return RELEASES.test(id) || RELEASES.test(words);
}

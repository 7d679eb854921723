import {
  accountStages,
  printTrigger,
  type PastRun,
  type PastStep,
  type StageAccount,
} from "@ai-workflow/pipeline-stages";
import type { Workflow, WorkflowStage } from "../config/workflow.ts";

/** A stage of the configuration, and what it caught and cost. */
export interface AccountedWorkflowStage extends StageAccount {
  readonly steps: readonly string[];
  /** `on_success`, `manual`, `auto`, or the expression. */
  readonly trigger: string;
  readonly failFast: boolean;
  readonly minimumSeverity: WorkflowStage["minimumSeverity"];
  /**
   * Seconds from the start of its first step to the end of its last one: the middle one of the runs in which a step of it ran; `undefined`
   * where it ran in none.
   */
  readonly usualSeconds: number | undefined;
}

/** What the stages of a workflow caught and cost. */
export interface WorkflowAccount {
  /** Runs of the history. */
  readonly runs: number;
  /** Runs in which a step failed or timed out. */
  readonly failingRuns: number;
  /** Failing runs whose first failure was in none of the stages that the configuration has today. */
  readonly uncaught: number;
  /** In order. */
  readonly stages: readonly AccountedWorkflowStage[];
  /** Steps in no stage. */
  readonly unstaged: readonly string[];
  /** Whether the configuration passes stages with gates at all. */
  readonly multiStage: boolean;
}

/** Accounts for the stages of a workflow by its history. A step counts for the stage that it was in at the time. Pure. */
export function accountWorkflow(workflow: Workflow, history: readonly PastRun[]): WorkflowAccount {
  const { stages, ...accounts } = accountStages(history, workflow.stages);
  const inStages = new Set(workflow.stages.flatMap(({ steps }) => steps));
  return {
    ...accounts,
    stages: workflow.stages.flatMap((stage, place): readonly AccountedWorkflowStage[] => {
      const account = stages[place];
      if (account === undefined) return [];
      const { steps, failFast, minimumSeverity } = stage;
      const usualSeconds = usualSecondsOf(stage, history);
      return [{ ...account, steps, trigger: triggerOf(stage), failFast, minimumSeverity, usualSeconds }];
    }),
    unstaged: [...workflow.steps.keys()].filter((id) => !inStages.has(id)),
    multiStage: workflow.optimizations.multiStage,
  };
}

function triggerOf({ trigger, when }: WorkflowStage): string {
  return when === undefined ? trigger : printTrigger(when);
}

function usualSecondsOf(stage: WorkflowStage, history: readonly PastRun[]): number | undefined {
  const members = new Set(stage.steps);
  const own = (step: PastStep): boolean => (step.stage === undefined ? members.has(step.id) : step.stage === stage.id);
  const elapsed = history.flatMap(({ steps }): number | readonly [] => {
    const ran = steps.flatMap((step) =>
      own(step) && step.started !== undefined ? [{ from: step.started, to: step.started + step.seconds }] : [],
    );
    return ran.length === 0 ? [] : Math.max(...ran.map(({ to }) => to)) - Math.min(...ran.map(({ from }) => from));
  });
  return elapsed.sort((a, b) => a - b)[(elapsed.length - 1) >> 1];
}

import type { Step } from "../config/workflow.ts";
import { dependentSteps } from "../scheduling/dependent-steps.ts";
import type { StepFates } from "./step-fates.ts";
import type { StepsToRun } from "./steps-to-run.ts";
import { stepsToStop } from "./steps-to-stop.ts";

/** Keeps steps from starting once one has failed, where the policy of the run says so. */
export interface FailureStop {
  /** To be called when a step has failed for good. */
  readonly after: (failed: Step) => void;
  readonly hasStopped: () => boolean;
}

export function createFailureStop(
  { context, preparation, schedule }: StepsToRun,
  fates: Pick<StepFates, "cancel">,
): FailureStop {
  const { options, resolved } = context;
  let hasStopped = false;
  return {
    hasStopped: () => hasStopped,
    after(failed): void {
      if (resolved.onFailure !== "never" || hasStopped) return;
      hasStopped = true;
      const why = `the run stopped when ${failed.id} did not pass (--continue goes on)`;
      const running = preparation.decisions.filter(({ action }) => action === "run");
      const steps = running.flatMap(({ stepId }) => options.loaded.workflow.steps.get(stepId) ?? []);
      const dependents = dependentSteps(schedule.graph, failed.id);
      for (const id of stepsToStop(failed, steps, resolved.stages, dependents)) fates.cancel(id, why);
    },
  };
}

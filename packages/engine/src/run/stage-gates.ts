import type { Gate } from "@ai-workflow/pipeline-stages";
import type { StepRecord } from "@ai-workflow/profiler";
import type { WorkflowStage } from "../config/workflow.ts";
import { gateOfStage } from "./stages.ts";

/** Watches the gates of a run. */
export interface StageGates {
  /** To be called when a step of the stage has its record: with `fail_fast` nothing more of the stage starts once its gate is closed. */
  readonly stepEnded: (stageId: string | undefined) => void;
  /** To be called when nothing of the stage can end any more: tells of its gate, once, and cancels what is behind a closed one. */
  readonly stageEnded: (stageId: string) => void;
}

/** What the gates do to the run. */
export interface StageGatesHost {
  /** Records of the steps that have ended. */
  readonly records: ReadonlyMap<string, StepRecord>;
  /** Cancels a step unless it has started. */
  readonly cancel: (stepId: string, why: string) => void;
  readonly tell: (stageId: string, gate: Gate) => void;
}

/**
 * Gates stand above the failure policy of a run: what is behind a closed gate does not start even where the policy lets everything
 * else go on.
 */
export function createStageGates(stages: readonly WorkflowStage[], host: StageGatesHost): StageGates {
  const told = new Set<string>();
  return {
    stepEnded(stageId) {
      const stage = stages.find(({ id }) => id === stageId);
      if (stage?.failFast !== true || gateOfStage(stage, host.records).state !== "closed") return;
      for (const id of stage.steps) host.cancel(id, "its stage stops at the first failure");
    },
    stageEnded(stageId) {
      const index = stages.findIndex(({ id }) => id === stageId);
      const stage = stages[index];
      if (stage === undefined) throw new Error(`Cannot end stage: there is no stage "${stageId}"`);
      if (told.has(stageId)) return;
      told.add(stageId);
      const gate = gateOfStage(stage, host.records);
      host.tell(stageId, gate);
      if (gate.state === "open") return;
      for (const behind of stages.slice(index + 1)) {
        for (const id of behind.steps) host.cancel(id, `stage ${stageId} did not pass`);
      }
    },
  };
}

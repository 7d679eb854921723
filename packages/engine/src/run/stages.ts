import { evaluateGate, type Gate } from "@ai-workflow/pipeline-stages";
import type { StageRecord, StepRecord } from "@ai-workflow/profiler";
import type { WorkflowStage } from "../config/workflow.ts";

/** The gate of a stage as the records of its steps stand now. */
export function gateOfStage(stage: WorkflowStage, steps: ReadonlyMap<string, StepRecord>): Gate {
  const outcomes = new Map(
    stage.steps.flatMap((id) => {
      const step = steps.get(id);
      if (step === undefined) return [];
      const findings = { error: 0, warning: 0, info: 0 };
      for (const { severity } of step.findings) findings[severity]++;
      return [[id, { outcome: step.outcome, findings }] as const];
    }),
  );
  return evaluateGate(stage, outcomes);
}

/** What became of each stage, once every step has a record. */
export function recordStages(
  stages: readonly WorkflowStage[],
  steps: ReadonlyMap<string, StepRecord>,
): readonly StageRecord[] {
  return stages.map((stage) => {
    if (stage.steps.length === 0) return { id: stage.id, state: "empty" };
    const waits = stage.steps.some((id) => steps.get(id)?.decision.reason === "awaiting-approval");
    if (waits) return { id: stage.id, state: "waiting", reason: "it waits for a person" };
    const gate = gateOfStage(stage, steps);
    if (gate.state === "open") return { id: stage.id, state: "passed" };
    const started = stage.steps.some((id) => steps.get(id)?.startedMs !== undefined);
    const replayed = stage.steps.some((id) => steps.get(id)?.outcome === "replayed");
    return started || replayed
      ? { id: stage.id, state: "failed", reason: gate.explanation }
      : { id: stage.id, state: "closed", reason: "an earlier stage did not pass" };
  });
}

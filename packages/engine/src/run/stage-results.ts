import type { Stages, StepOutcome, StepResult } from "@ai-workflow/pipeline-stages";
import type { StepRecord } from "@ai-workflow/profiler";
import type { WorkflowStage } from "../config/workflow.ts";

/** Reasons for which something that is due was not done. */
export const INCOMPLETE: ReadonlySet<string> = new Set(["awaiting-approval", "over-budget"]);

/** Outcomes of several steps that stand for one, the gravest first. */
const GRAVEST_FIRST: readonly StepOutcome[] = [
  "failed",
  "timed-out",
  "cancelled",
  "inconclusive",
  "passed",
  "replayed",
  "skipped",
];

/**
 * The stages of a run in the form in which pipeline-stages decides on them. A trigger may name a step that is done for each unit as it
 * stands in the configuration; for such triggers it is a step like any other.
 */
export function stagesOf(stages: readonly WorkflowStage[], steps: Iterable<UnitStep>): Stages {
  const stageOfStep = new Map(stages.flatMap((stage) => stage.steps.map((id) => [id, stage] as const)));
  const unstaged = new Set<string>();
  for (const step of steps) {
    if (!stageOfStep.has(step.id)) unstaged.add(step.id);
    const configured = configuredId(step);
    if (configured !== step.id) unstaged.add(configured);
  }
  return { stages, unstaged: [...unstaged], stageOfStep };
}

/** What is known of a step that may be one of several made of one in the configuration. */
export interface UnitStep {
  readonly id: string;
  readonly unit?: unknown;
}

function configuredId({ id, unit }: UnitStep): string {
  return unit === undefined ? id : id.slice(0, id.indexOf("@"));
}

/**
 * What gates and triggers look at. A step that waits for a person or was left out to save time has no result, and neither has one that did not start because its stage
 * did not.
 *
 * @param withoutResult - steps of stages that did not start
 */
export function resultsOf(
  records: ReadonlyMap<string, StepRecord>,
  steps: ReadonlyMap<string, UnitStep>,
  withoutResult: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, StepResult> {
  const results = new Map<string, StepResult>();
  for (const [id, record] of records) {
    if (INCOMPLETE.has(record.decision.reason) || withoutResult.has(id)) continue;
    results.set(id, { outcome: record.outcome, findings: countFindings(record) });
  }
  for (const [id, ids] of unitsOf(steps)) {
    const own = ids.map((one) => results.get(one)?.outcome);
    const outcome = GRAVEST_FIRST.find((one) => own.includes(one));
    if (outcome !== undefined && !own.includes(undefined)) results.set(id, { outcome });
  }
  return results;
}

/** By step that is done for units, as configured: its steps. */
function unitsOf(steps: ReadonlyMap<string, UnitStep>): ReadonlyMap<string, readonly string[]> {
  const units = new Map<string, string[]>();
  for (const step of steps.values()) {
    if (step.unit === undefined) continue;
    const configured = configuredId(step);
    const ids = units.get(configured);
    if (ids === undefined) units.set(configured, [step.id]);
    else ids.push(step.id);
  }
  return units;
}

function countFindings({ findings }: StepRecord): { error: number; warning: number; info: number } {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

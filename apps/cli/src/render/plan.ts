import type { Objective, WorkflowPlan } from "@ai-workflow/engine";
import { atMost } from "./at-most.ts";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";

/** With fewer runs, or fewer that failed, a probability of failing is little more than what was assumed of steps in general. */
const TELLING_RUNS = 10;
const TELLING_FAILED_RUNS = 2;

/** A dry run for people: every decision with its reason, what is unknown and how to mend it, then the schedule. */
export function renderPlan(plan: WorkflowPlan): string {
  const idWidth = Math.max(4, ...plan.decisions.map((decision) => decision.stepId.length));
  const lines = plan.decisions.map(
    ({ stepId, action, explanation, differs, onlyIf }) =>
      `${stepId.padEnd(idWidth)}  ${(onlyIf === undefined ? action : "run?").padEnd(6)}  ${
        onlyIf === undefined ? "" : `only if ${printable(onlyIf)}: `
      }${printable(explanation)}${differs === undefined ? "" : `; since it passed: ${printable(differs.join(", "))}`}`,
  );
  const { changeSet, schedule } = plan;
  if (!changeSet.known) {
    lines.push("", printable(`note: what changed is unknown: ${changeSet.message} (${changeSet.remedy})`));
  }
  for (const { message } of plan.notices ?? []) lines.push("", printable(`note: ${message}`));
  if (schedule !== undefined) {
    lines.push("");
    lines.push(
      schedule.unknownDurations.length === 0
        ? `planned: ${formatDuration(schedule.plannedMakespanMs)}${atMost(schedule.plannedUpperMs)} with ${schedule.maxParallel} at a time${
            plan.decisions.some(({ onlyIf }) => onlyIf !== undefined) ? ", where all of it runs" : ""
          }`
        : `planned: unknown, for no run has timed ${schedule.unknownDurations.join(", ")} yet`,
    );
    const { objectives, objective } = schedule;
    const isTelling =
      objectives !== undefined &&
      objectives.runs >= TELLING_RUNS &&
      (objectives.failedRuns ?? 0) >= TELLING_FAILED_RUNS;
    if (isTelling && schedule.unknownDurations.length === 0) {
      lines.push(renderObjectives(objectives, objective ?? "makespan"));
    }
    if (schedule.criticalPath.length > 1) lines.push(`critical path: ${schedule.criticalPath.join(" -> ")}`);
  }
  const prompts = plan.prompts === undefined ? "" : `\n${plan.prompts}`;
  return `${lines.join("\n")}\n${prompts}`;
}

/** How soon a failure would be known, with either order. */
function renderObjectives(
  {
    runs,
    failureProbability,
    makespan,
    firstFailure,
  }: NonNullable<NonNullable<WorkflowPlan["schedule"]>["objectives"]>,
  objective: Objective,
): string {
  const [chosen, other, otherName] =
    objective === "makespan" ? [makespan, firstFailure, "first-failure"] : [firstFailure, makespan, "makespan"];
  const percent = `${(100 * failureProbability).toFixed(1)} %`;
  return `if a step fails (${percent} by the last ${runs} runs): known after ${formatDuration(chosen.expectedMs)}, with --objective ${otherName} after ${formatDuration(other.expectedMs)}`;
}

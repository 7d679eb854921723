import type { Objective, WorkflowPlan } from "@ai-workflow/engine";
import { atMost } from "./at-most.ts";
import { displayWidth, padColumns } from "./display-width.ts";
import { countOf } from "./count-of.ts";
import { formatDuration } from "./duration.ts";
import { renderGantt } from "./gantt.ts";
import { printable } from "./printable.ts";
import { sincePassed } from "./since-passed.ts";
import { withoutUnasked } from "./without-unasked.ts";

/** With fewer runs, or fewer that failed, a probability of failing is little more than what was assumed of steps in general. */
const TELLING_RUNS = 10;
const TELLING_FAILED_RUNS = 2;

/** Steps without a known duration that are named at most. */
const NAMED_UNTIMED = 5;

/**
 * A dry run for people: every decision with its reason, what is unknown and how to mend it, then the schedule; where it was asked for also
 * when each step would run, what more steps at a time would bring, and what would be asked of models.
 *
 * @param columns - of the terminal, for the chart of the schedule; without it there is none
 */
export function renderPlan(plan: WorkflowPlan, columns?: number): string {
  const { shown, note } = withoutUnasked(plan.decisions, (decision) => decision);
  const idWidth = Math.max(4, ...shown.map((decision) => displayWidth(decision.stepId)));
  const lines = shown.map(
    ({ stepId, action, reason, explanation, differs, onlyIf }) =>
      `${padColumns(stepId, idWidth)}  ${(onlyIf === undefined ? action : "run?").padEnd(6)}  ${
        onlyIf === undefined ? "" : `only if ${printable(onlyIf)}: `
      }${printable(explanation)}${sincePassed(reason, differs)}`,
  );
  if (note !== undefined) lines.push(note);
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
        : `planned: unknown until ${named(schedule.unknownDurations)} passed once`,
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
  if (schedule !== undefined && columns !== undefined) {
    const critical = new Set(schedule.criticalPath);
    const rows = schedule.planned.map(({ id, startMs, finishMs }) => ({
      id,
      startMs,
      finishMs,
      isCritical: critical.has(id),
    }));
    const chart = schedule.unknownDurations.length === 0 ? renderGantt(rows, columns) : [];
    const hasCritical = rows.some(({ isCritical }) => isCritical);
    if (chart.length > 0) lines.push("", ...chart, ...(hasCritical ? ["# on the critical path"] : []), "");
  }
  if (plan.slots !== undefined && plan.slots.length > 1) lines.push(renderSlots(plan.slots));
  if (plan.questions !== undefined) lines.push(renderQuestions(plan.questions));
  const prompts = plan.prompts === undefined ? "" : `\n${plan.prompts}`;
  return `${lines.join("\n")}\n${prompts}`;
}

/** Names a few; of many, how many more there are. */
function named(steps: readonly string[]): string {
  const more = steps.length - NAMED_UNTIMED;
  return more <= 1 ? steps.join(", ") : `${steps.slice(0, NAMED_UNTIMED).join(", ")} and ${more} more`;
}

function renderSlots(slots: NonNullable<WorkflowPlan["slots"]>): string {
  return `at a time: ${slots.map(({ maxParallel, makespanMs }) => `${maxParallel}: ${formatDuration(makespanMs)}`).join(", ")}`;
}

function renderQuestions({
  questions,
  kept,
  inputTokens,
  inputCostUsd,
  mayAsk,
}: NonNullable<WorkflowPlan["questions"]>): string {
  const counted = `models: ${countOf(questions, "question")}, ${kept} of them answered before`;
  const cost = inputCostUsd === undefined ? "" : `, $${inputCostUsd.toFixed(4)} without the answers`;
  const sent = questions === kept ? "" : `; about ${inputTokens} tokens to send${cost}`;
  return `${counted}${sent}${mayAsk.length === 0 ? "" : `; ${mayAsk.join(", ")} may ask as well`}`;
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
  return `if a step fails (${percent} by the last ${runs === 1 ? "run" : `${runs} runs`}): known after ${formatDuration(chosen.expectedMs)}, with --objective ${otherName} after ${formatDuration(other.expectedMs)}`;
}

import {
  expectedTimeToFirstFailure,
  recommendAssignment,
  type AssignmentFigures,
  type AssignmentMove,
  type PastRun,
} from "@ai-workflow/pipeline-stages";
import type { EnvironmentRecord } from "@ai-workflow/profiler";
import { createGraph, SchedulerError } from "@ai-workflow/scheduler";
import type { Workflow, WorkflowStage } from "../config/workflow.ts";
import { expectFrom } from "../scheduling/expectations.ts";
import type { ResolvedOptions } from "../run/resolve-options.ts";
import { scheduleSteps } from "../run/schedule-steps.ts";
import { estimateFailures, FAILURE_RUNS, type FailureEstimates } from "./failure-estimates.ts";
import { proposeStages, type StagesProposal } from "./propose-stages.ts";
import { formatStageLines } from "./stage-lines.ts";
import { stepsBefore } from "./steps-before.ts";

/** What is expected of a workflow's steps up to those that wait for a person. Times are in milliseconds from the first start. */
export interface ExpectedVerdict {
  /** To the first failure, where a step fails. */
  readonly firstFailureMs: number;
  /** Until it is known whether the run fails: the same, and the end where it does not. */
  readonly verdictMs: number;
  /** To the end of the last step, where none fails. */
  readonly makespanMs: number;
}

/** What is expected of a workflow as it is, and with the stages that are proposed. */
export interface ExpectedVerdicts {
  /** Runs of the history that this rests on, and how many of them failed. */
  readonly runs: number;
  readonly failingRuns: number;
  readonly current: ExpectedVerdict;
  readonly proposed: ExpectedVerdict;
}

/** What is recommended of the stages of a workflow. */
export type StageRecommendation =
  /** Another assignment of steps to the stages that there are, chosen on earlier runs and judged on later ones. */
  | {
      readonly kind: "recommended";
      readonly stages: readonly { readonly id: string; readonly steps: readonly string[] }[];
      readonly moves: readonly AssignmentMove[];
      readonly figures: AssignmentFigures;
      /** The lines of the configuration that make it so. */
      readonly yaml: string;
    }
  /** Stages for a workflow that has none. */
  | (StagesProposal & {
      readonly kind: "proposed";
      /** `undefined` where the history says too little; then `explanation` tells. */
      readonly expected: ExpectedVerdicts | undefined;
      readonly explanation: string;
      /** The lines of the configuration that make it so. */
      readonly yaml: string;
    })
  /** Nothing. `moves` and `figures` are there where something looked better and was not confirmed. */
  | {
      readonly kind: "none";
      readonly reason:
        | "too-few-runs"
        | "too-few-failures"
        | "nothing-better"
        | "not-confirmed"
        | "one-stage"
        | "circle-through-units";
      readonly explanation: string;
      readonly moves?: readonly AssignmentMove[] | undefined;
      readonly figures?: AssignmentFigures | undefined;
    };

/** Runs, and failing ones among them, without which nothing is said of what proposed stages would come to. */
const FEWEST_RUNS = 30;
const FEWEST_FAILURES = 5;

/** On what {@link recommendStages} decides. */
export interface RecommendStagesInput {
  readonly workflow: Workflow;
  /** Oldest run first. */
  readonly history: readonly PastRun[];
  /** What a run without any options would do. */
  readonly resolved: ResolvedOptions;
  readonly machine: EnvironmentRecord;
}

/**
 * Recommends another assignment of steps to stages; of a workflow without stages, stages. Steps move only among the stages before the first one
 * that does not just start on success: behind it they would wait for a person, or run although something failed. Pure.
 */
export function recommendStages(input: RecommendStagesInput): StageRecommendation {
  const { workflow, history, resolved } = input;
  const needs = needsOf(workflow);
  if (needs === undefined) {
    const explanation = "Steps that are done for each unit need each other in a circle, and belong into one stage";
    return { kind: "none", reason: "circle-through-units", explanation };
  }
  if (workflow.stages.length === 0) return propose(input, needs);
  const stages = leadingStages(workflow.stages);
  if (stages.length < 2) {
    const explanation =
      "Steps can move only between stages that start on success, at the beginning, and there are no two";
    return { kind: "none", reason: "one-stage", explanation };
  }
  const members = new Set(stages.flatMap(({ steps }) => steps));
  const recommendation = recommendAssignment(history, {
    stages,
    // What a step needs through one without a stage must not come behind it either.
    needs: stepsBefore(members, (id) => needs.get(id) ?? []),
    slots: resolved.maxParallel,
  });
  if (recommendation.kind === "none") return recommendation;
  const moved = recommendation.moves.map(({ stepId, to }) => ({ id: to, steps: [stepId] }));
  return { ...recommendation, yaml: formatStageLines(moved, false) };
}

function leadingStages(stages: readonly WorkflowStage[]): readonly WorkflowStage[] {
  const end = stages.findIndex(({ trigger }) => trigger !== "on_success");
  return end === -1 ? stages : stages.slice(0, end);
}

/** What each step needs, those on other units among them; `undefined` where that is a circle. */
function needsOf({ steps }: Workflow): ReadonlyMap<string, readonly string[]> | undefined {
  const needs = new Map(
    [...steps.values()].map((step) => [
      step.id,
      // A step of a unit may need itself of another one.
      [...new Set(step.needs.map((need) => need.replace("^", "")))].filter((need) => need !== step.id),
    ]),
  );
  try {
    createGraph([...needs].map(([id, all]) => ({ id, needs: all })));
    return needs;
  } catch (error) {
    if (error instanceof SchedulerError && error.code === "SCHEDULER_CYCLE") return undefined;
    throw error;
  }
}

function propose(input: RecommendStagesInput, needs: ReadonlyMap<string, readonly string[]>): StageRecommendation {
  const { workflow, history } = input;
  const latest = history.slice(-FAILURE_RUNS);
  const failures = estimateFailures(latest);
  const { durationsMs } = expectFrom(
    latest.map(({ steps }) => ({ steps: steps.map((step) => ({ ...step, attempts: 1 })) })),
  );
  const proposal = proposeStages(workflow, needs, { history: latest, failures, durationsMs });
  if (proposal.stages.length < 2) {
    const explanation = "No division of the steps into stages would let a failing run be known earlier";
    return { kind: "none", reason: "nothing-better", explanation };
  }
  const failingRuns = latest.filter(({ steps }) =>
    steps.some(({ outcome }) => outcome === "failed" || outcome === "timed-out"),
  ).length;
  const unknown = [...workflow.steps.keys()].filter((id) => !durationsMs.has(id));
  const counts = `${failures.runs} runs of which ${failingRuns} failed`;
  const isEnough = failures.runs >= FEWEST_RUNS && failingRuns >= FEWEST_FAILURES;
  const explanation = !isEnough
    ? `By needs, and by times and failures as far as they are known; ${counts} are too few to say what the stages would come to: at least ${FEWEST_RUNS} and ${FEWEST_FAILURES} are needed`
    : unknown.length > 0
      ? `By needs, times and failures of ${counts}; no run has timed ${unknown.join(", ")}, so nothing is said of what the stages would come to`
      : `By needs, times and failures of ${counts}; expected on the same runs by which the stages were chosen, which makes them look a little better than they are`;
  const expected =
    isEnough && unknown.length === 0
      ? { runs: failures.runs, failingRuns, ...expectVerdicts(input, proposal, { durationsMs, failures }) }
      : undefined;
  return { kind: "proposed", ...proposal, expected, explanation, yaml: formatStageLines(proposal.stages, true) };
}

/** Both by plans of the steps that do not wait for a person, as a run makes them. */
function expectVerdicts(
  { workflow, resolved, machine }: RecommendStagesInput,
  { stages }: StagesProposal,
  { durationsMs, failures }: { readonly durationsMs: ReadonlyMap<string, number>; readonly failures: FailureEstimates },
): Pick<ExpectedVerdicts, "current" | "proposed"> {
  const validating = stages
    .filter(({ trigger }) => trigger === undefined)
    .map(({ id, steps }): WorkflowStage => ({ id, steps, trigger: "on_success", failFast: false }));
  const decisions = validating
    .flatMap(({ steps }) => steps)
    .map((stepId) => ({ stepId, action: "run", reason: "relevant-change", explanation: "" }) as const);
  const probabilities = new Map(decisions.map(({ stepId }) => [stepId, failures.probabilityOf(stepId)]));
  const expect = (given: readonly WorkflowStage[]): ExpectedVerdict => {
    const known = { durationsMs, memoryMb: new Map<string, number>() };
    const schedule = scheduleSteps(workflow, decisions, { ...resolved, stages: given }, machine, known);
    const planned = schedule?.planned.planned ?? [];
    const { expectedMs = 0, expectedVerdictMs, makespanMs } = expectedTimeToFirstFailure(planned, probabilities);
    return { firstFailureMs: expectedMs, verdictMs: expectedVerdictMs, makespanMs };
  };
  return { current: expect([]), proposed: expect(validating) };
}

import path from "node:path";
import { evaluateTrigger, printTrigger } from "@ai-workflow/pipeline-stages";
import type { WorktreeInspection } from "@ai-workflow/change-detection";
import {
  createSpanRecorder,
  type ChangeSetRecord,
  type NoticeRecord,
  type ScheduleRecord,
} from "@ai-workflow/profiler";
import type { ExpectedQuestions, PreviewedPrompts } from "../ai/preview-prompts.ts";
import { describeModel } from "../ai/describe-model.ts";
import { shippedPrompts } from "../ai/shipped-prompts.ts";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { Workflow, WorkflowStage } from "../config/workflow.ts";
import { createOutputStore } from "../outputs/output-store.ts";
import { openFailedFingerprints } from "../results/failed-fingerprints.ts";
import { createResultStore } from "../results/result-store.ts";
import type { Decision } from "../selection/reasons.ts";
import { hasUnitSteps } from "../units/has-unit-steps.ts";
import { compareSlots, type PlannedSlots } from "../scheduling/compare-slots.ts";
import { readMachine } from "../machine/machine.ts";
import { openStateGitCache } from "../tree/list-files.ts";
import { EngineError } from "../errors.ts";
import { prepare, type Preparation } from "../preparation/prepare.ts";
import { limitTime } from "./limit-time.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { RunOptions } from "./run-options.ts";
import { refuseNewerState, RESULTS_FOLDER } from "../state/state-directory.ts";

/** How and when steps would run. */
export interface PlannedSchedule extends Omit<ScheduleRecord, "actualMakespanMs"> {
  /** If each step took as long as the longest of its last five passes; `undefined` where a step did not pass as often. */
  readonly plannedUpperMs?: number | undefined;
  /** Steps that no earlier run has timed. */
  readonly unknownDurations: readonly string[];
}

/** What a run would do. */
export interface WorkflowPlan {
  readonly decisions: readonly Decision[];
  readonly changeSet: ChangeSetRecord;
  /** Absent when no step would run. */
  readonly schedule?: PlannedSchedule | undefined;
  /** What steps would send to models, as text; where it was asked for. */
  readonly prompts?: string | undefined;
  /** What steps would ask models; where details were asked for and a step that would run may ask. */
  readonly questions?: ExpectedQuestions | undefined;
  /** What the run would take with other numbers of steps at a time, in ascending order; where details were asked for. */
  readonly slots?: readonly PlannedSlots[] | undefined;
  /** What is worth telling of the units that steps are done for. */
  readonly notices?: readonly NoticeRecord[] | undefined;
}

/** What a plan tells beside decisions and schedule. */
export interface PlanOptions extends RunOptions {
  /** Also tell what steps would ask models, and what the run would take with other numbers of steps at a time. @defaultValue false */
  readonly details?: boolean | undefined;
  /** Also compose what steps would send to models, and look whether the cache has the answers. Sends nothing. @defaultValue false */
  readonly prompts?: boolean | undefined;
}

/**
 * Decides and schedules as {@link runWorkflow} would, with the same code, and runs nothing. Writes nothing.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – `steps` names one that is not configured
 * @throws {EngineError} ENGINE_STATE_NEWER – a newer version wrote the state folder
 * @throws {EngineError} ENGINE_AI_INVALID – with `prompts`, settings, variables or prompt files with which no model can be asked
 * @throws {RangeError} for a `maxParallel` that is no whole number of at least 1
 */
export async function planWorkflow(options: PlanOptions): Promise<WorkflowPlan> {
  return (await planPrepared(options)).plan;
}

/** What a plan was made from. */
export interface PreparedPlan {
  /** With steps of units in the place of those that are done for each. */
  readonly workflow: Workflow;
  readonly preparation: Preparation;
}

/** A plan together with what it was made from, for those who explain it. */
export async function planPrepared(
  options: PlanOptions,
): Promise<{ readonly plan: WorkflowPlan; readonly prepared: PreparedPlan }> {
  if (!hasUnitSteps(options.loaded.workflow)) return planSteps(options, undefined);
  const state = path.join(options.loaded.directory, STATE_FOLDER_NAME);
  refuseNewerState(state);
  const { expandUnits } = await import("../units/expand-units.ts");
  const expanded = await expandUnits(options, {
    environment: options.environment ?? process.env,
    state: { path: state, mayKeep: false },
    gitCache: { ...openStateGitCache(state), set: () => {} },
  });
  const { plan, prepared } = await planSteps(expanded.options, expanded.inspection);
  return { plan: expanded.notices.length === 0 ? plan : { ...plan, notices: expanded.notices }, prepared };
}

async function planSteps(
  options: PlanOptions,
  inspection: WorktreeInspection | undefined,
): Promise<{ readonly plan: WorkflowPlan; readonly prepared: PreparedPlan }> {
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  const resolved = resolveOptions(options, machine, environment);
  const { workflow, directory } = options.loaded;
  const state = path.join(directory, STATE_FOLDER_NAME);
  refuseNewerState(state);
  const known = await prepare({
    workflow,
    directory,
    request: resolved.request,
    base: options.base,
    inspection,
    environment,
    runtime: machine,
    store: createResultStore(path.join(state, RESULTS_FOLDER)),
    failures: openFailedFingerprints(state),
    describeModel: () =>
      describeModel({
        settings: workflow.ai,
        environment,
        target: directory,
        shippedPrompts: options.shippedPrompts ?? shippedPrompts(),
      }),
    // What earlier runs found serves a plan, too.
    outputs: createOutputStore(directory, state),
    nowMs: (options.wallNow ?? Date.now)(),
    gitCache: { ...openStateGitCache(state), set: () => {} },
    spans: createSpanRecorder(),
    signal: options.signal,
  });
  const limited = await limitTime(known, options, { state, resolved, machine });
  const anythingRuns = limited.decisions.some(({ action }) => action === "run");
  const preparation = anythingRuns
    ? nameTriggers((await import("../explain/name-differences.ts")).nameDifferences(limited, state), resolved.stages)
    : limited;
  const prepared: PreparedPlan = { workflow, preparation };
  const { decisions, changeSet } = preparation;
  const running = new Set(decisions.filter(({ action }) => action === "run").map(({ stepId }) => stepId));
  const mayAsk = options.details === true && workflow.ai.provider !== "none" && anyAsks(workflow, running);
  const previewed =
    options.prompts === true || mayAsk
      ? await preview({ options, environment, cacheMode: resolved.aiCache, stepIds: running, preparation })
      : undefined;
  const told: WorkflowPlan = {
    decisions,
    changeSet,
    prompts: options.prompts === true ? previewed?.text : undefined,
    ...(mayAsk ? { questions: previewed?.expected } : {}),
  };
  // A plan in which nothing runs needs no scheduler.
  if (running.size === 0) return { plan: told, prepared };
  const [{ scheduleSteps }, { estimateSchedule }, { expectFrom, readLatestRuns }, { createFirstFailure }] =
    await Promise.all([
      import("./schedule-steps.ts"),
      import("./estimate-schedule.ts"),
      import("../scheduling/expectations.ts"),
      import("../stages/first-failure.ts"),
    ]);
  const latest = readLatestRuns(state);
  const expected = expectFrom(latest);
  const files = (preparation.files ?? []).map((file) => file.path);
  const firstFailure = createFirstFailure(latest);
  const schedule = scheduleSteps(workflow, decisions, resolved, machine, { ...expected, firstFailure }, files);
  if (schedule === undefined) return { plan: told, prepared };
  const { planned, unknownDurations } = schedule;
  const upperMs = estimateSchedule(schedule, expected.upperMs)?.upperMs;
  const plannedUpperMs = upperMs === undefined ? undefined : Math.max(upperMs, planned.plannedMakespanMs);
  const makespanWith = (maxParallel: number): number =>
    scheduleSteps(workflow, decisions, { ...resolved, maxParallel }, machine, expected, files)?.planned
      .plannedMakespanMs ?? 0;
  const slots =
    options.details === true && unknownDurations.length === 0 ? compareSlots(planned, makespanWith) : undefined;
  return {
    plan: { ...told, schedule: { ...planned, plannedUpperMs, unknownDurations }, ...(slots && { slots }) },
    prepared,
  };
}

function anyAsks({ steps }: Workflow, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => {
    const action = steps.get(id)?.action;
    return action?.kind === "ai" || (action?.kind === "module" && action.asks !== undefined);
  });
}

/** Says of the steps that would run in stages of which only the run decides whether they start on what that depends. */
function nameTriggers(preparation: Preparation, stages: readonly WorkflowStage[]): Preparation {
  const triggers = new Map(stages.flatMap(({ steps, when }) => steps.map((id) => [id, when] as const)));
  const decisions = preparation.decisions.map((decision): Decision => {
    const when = decision.action === "run" ? triggers.get(decision.stepId) : undefined;
    if (when === undefined || evaluateTrigger(when, preparation.stageFacts).value === true) return decision;
    return { ...decision, onlyIf: printTrigger(when) };
  });
  return { ...preparation, decisions };
}

async function preview({
  options,
  ...rest
}: {
  readonly options: PlanOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cacheMode: NonNullable<RunOptions["aiCache"]>;
  readonly stepIds: ReadonlySet<string>;
  readonly preparation: Preparation;
}): Promise<PreviewedPrompts> {
  const [{ previewWorkflowPrompts }, { AiSettingError }] = await Promise.all([
    import("../ai/preview-prompts.ts"),
    import("../ai/ai-error.ts"),
  ]);
  const remarks: string[] = [];
  try {
    const { text, expected } = await previewWorkflowPrompts({
      ...rest,
      loaded: options.loaded,
      stateDirectory: path.join(options.loaded.directory, STATE_FOLDER_NAME),
      shippedPrompts: options.shippedPrompts ?? shippedPrompts(),
      spans: createSpanRecorder(),
      spanOf: () => undefined,
      notice: ({ message }) => remarks.push(`note: ${message}\n`),
    });
    return { text: `${remarks.join("")}${text}`, expected };
  } catch (error) {
    if (!(error instanceof AiSettingError)) throw error;
    throw new EngineError("ENGINE_AI_INVALID", `no model can be asked: ${error.message}`, {
      hint: "Correct what the message names",
      cause: error,
    });
  }
}

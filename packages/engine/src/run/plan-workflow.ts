import path from "node:path";
import { createSpanRecorder, type ChangeSetRecord } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../config/config.ts";
import { createResultStore } from "../results/result-store.ts";
import type { Decision } from "../selection/reasons.ts";
import { readMachine } from "./machine.ts";
import { openStateGitCache } from "./list-files.ts";
import { prepare } from "./prepare.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { RunOptions } from "./run-options.ts";
import type { StepSchedule } from "./schedule-steps.ts";
import { refuseNewerState } from "./state-directory.ts";

/** What a run would do. */
export interface WorkflowPlan {
  readonly decisions: readonly Decision[];
  readonly changeSet: ChangeSetRecord;
  /** Absent when no step would run. */
  readonly schedule?: (StepSchedule["planned"] & Pick<StepSchedule, "unknownDurations">) | undefined;
}

/**
 * Decides and schedules as {@link runWorkflow} would, with the same code, and runs nothing. Writes nothing.
 *
 * @throws {EngineError} ENGINE_UNKNOWN_STEP – `steps` names one that is not configured
 * @throws {EngineError} ENGINE_STATE_NEWER – a newer version wrote the state folder
 * @throws {RangeError} for a `maxParallel` that is no whole number of at least 1
 */
export async function planWorkflow(options: RunOptions): Promise<WorkflowPlan> {
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  const resolved = resolveOptions(options, machine);
  const { workflow, directory } = options.loaded;
  const state = path.join(directory, STATE_FOLDER_NAME);
  refuseNewerState(state);
  const { decisions, changeSet } = await prepare({
    workflow,
    directory,
    request: resolved.request,
    base: options.base,
    environment,
    runtime: machine,
    store: createResultStore(path.join(state, "results")),
    // What earlier runs found serves a plan, too.
    gitCache: { ...openStateGitCache(state), set: () => {} },
    spans: createSpanRecorder(),
    signal: options.signal,
  });
  // A plan in which nothing runs needs no scheduler.
  if (!decisions.some(({ action }) => action === "run")) return { decisions, changeSet };
  const [{ scheduleSteps }, { readDurations }] = await Promise.all([
    import("./schedule-steps.ts"),
    import("./durations.ts"),
  ]);
  const schedule = scheduleSteps(workflow, decisions, resolved, machine, readDurations(state));
  if (schedule === undefined) return { decisions, changeSet };
  return { decisions, changeSet, schedule: { ...schedule.planned, unknownDurations: schedule.unknownDurations } };
}

import path from "node:path";
import type { RunRecord } from "@ai-workflow/profiler";
import type { BottleneckReport } from "@ai-workflow/profiler/bottlenecks";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import type { Workflow } from "../config/workflow.ts";
import { hasUnitSteps } from "../units/has-unit-steps.ts";
import { readRunHistory } from "./read-run-history.ts";
import { readRunRecord } from "./read-run-record.ts";

/** Which run is looked at. */
export interface FindBottlenecksOptions {
  readonly loaded: LoadedWorkflow;
  /** `latest`, the id of a run or its beginning, or the path of a record. @defaultValue `"latest"` */
  readonly run?: string | undefined;
}

/** A run and what made it slow. */
export interface RunBottlenecks {
  readonly record: RunRecord;
  readonly report: BottleneckReport;
  /** The report for terminals, also valid Markdown. */
  readonly text: string;
}

/**
 * What made a run slow, and what each remedy would bring, by a new plan of the run's steps.
 *
 * @throws {EngineError} ENGINE_RUN_MISSING, ENGINE_RUN_UNREADABLE – there is no such record, or it cannot be used
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – the history cannot be read
 * @throws {EngineError} ENGINE_UNITS_UNREADABLE – it cannot be told for which units steps are done
 */
export async function findBottlenecks({ loaded, run }: FindBottlenecksOptions): Promise<RunBottlenecks> {
  const [{ analyse, formatBottlenecks }, { createReplan }] = await Promise.all([
    import("@ai-workflow/profiler/bottlenecks"),
    import("./replan-run.ts"),
  ]);
  const { directory } = loaded;
  const workflow = await workflowOfUnits(loaded);
  const record = readRunRecord({ directory, run });
  const entries = readRunHistory(directory);
  const demands = new Map([...workflow.steps.values()].map(({ id, demand }) => [id, demand]));
  // Without a step that ran, a new plan would be shorter for no reason.
  const isComplete = record.steps.every(({ id, startedMs }) => startedMs === undefined || workflow.steps.has(id));
  const replan = isComplete ? createReplan(record, workflow) : undefined;
  const report = analyse(record, entries, { replan, demands });
  return { record, report, text: formatBottlenecks(report) };
}

/** The workflow with a step for each unit that there is now, where steps are done for units. */
async function workflowOfUnits(loaded: LoadedWorkflow): Promise<Workflow> {
  if (!hasUnitSteps(loaded.workflow)) return loaded.workflow;
  const { expandUnits } = await import("../units/expand-units.ts");
  const state = { path: path.join(loaded.directory, STATE_FOLDER_NAME), mayKeep: false };
  const given = { environment: process.env, state, gitCache: undefined };
  return (await expandUnits({ loaded, toolVersion: "" }, given)).options.loaded.workflow;
}

import type { LoadedWorkflow } from "../config/read-config.ts";
import { readRunHistoryLines } from "../records/read-run-history.ts";
import { readMachine } from "../machine/machine.ts";
import { resolveOptions } from "../run/resolve-options.ts";
import type { WorkflowAccount } from "./account-workflow.ts";
import type { StageRecommendation } from "./recommend-stages.ts";

/** Options of {@link describeStages}. */
export interface DescribeStagesOptions {
  readonly loaded: LoadedWorkflow;
  /** Also recommend another assignment of steps to stages, or stages where there are none. @defaultValue false */
  readonly recommend?: boolean | undefined;
  /** @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What the stages of a workflow are, caught and cost, by its history. */
export interface StagesReport extends WorkflowAccount {
  /** Lines of the history that could not be used: cut off or foreign, or written by a newer version. */
  readonly setAside: { readonly foreign: number; readonly newer: number };
  /** Absent where none was asked for. */
  readonly recommendation?: StageRecommendation | undefined;
}

/**
 * Says what the stages of a workflow caught and cost in the runs of its history, and what is recommended of them. Changes nothing.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – the history is there and cannot be read
 */
export async function describeStages(options: DescribeStagesOptions): Promise<StagesReport> {
  const { loaded, recommend = false, environment = process.env } = options;
  const { workflow, directory } = loaded;
  const [{ accountWorkflow }, { readPastRuns }] = await Promise.all([
    import("./account-workflow.ts"),
    import("./past-runs.ts"),
  ]);
  const { runs, foreignLines, newerLines } = readPastRuns(readRunHistoryLines(directory));
  const report: StagesReport = {
    ...accountWorkflow(workflow, runs),
    setAside: { foreign: foreignLines, newer: newerLines },
  };
  if (!recommend) return report;
  const { recommendStages } = await import("./recommend-stages.ts");
  const machine = readMachine(environment);
  const resolved = resolveOptions({ loaded, toolVersion: "" }, machine, environment);
  return { ...report, recommendation: recommendStages({ workflow, history: runs, resolved, machine }) };
}

import path from "node:path";
import { readHistoryLines } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../config/config.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { EngineError } from "../errors.ts";
import { readMachine } from "../run/machine.ts";
import { resolveOptions } from "../run/resolve-options.ts";
import { HISTORY_FILE } from "../run/state-directory.ts";
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
  const file = path.join(directory, STATE_FOLDER_NAME, HISTORY_FILE);
  const [{ accountWorkflow }, { readPastRuns }] = await Promise.all([
    import("./account-workflow.ts"),
    import("./past-runs.ts"),
  ]);
  const { runs, foreignLines, newerLines } = readPastRuns(readLines(file));
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

function readLines(file: string): readonly string[] {
  try {
    return readHistoryLines(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new EngineError("ENGINE_DATA_UNREADABLE", `cannot read ${file} (${code ?? message})`, {
      hint: "It holds one finished run a line; move it away to begin anew",
      cause: error,
    });
  }
}

import path from "node:path";
import { readConfig, type LoadedWorkflow } from "@ai-workflow/engine";
import { stepLibrary } from "./step-library.ts";

/** Options of built-in steps that flags of this run set. */
export type StepOptions = Readonly<Record<string, unknown>>;

/** The workflow of the directory that `--target` names, or without it of the nearest one above that has a configuration. */
export function readTarget(target: string | undefined, stepOptions?: StepOptions): Promise<LoadedWorkflow> {
  return readConfig(path.resolve(target ?? "."), { exact: target !== undefined, library: stepLibrary(), stepOptions });
}

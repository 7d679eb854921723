import path from "node:path";
import { readConfig, type LoadedWorkflow } from "@ai-workflow/engine";
import { stepLibrary } from "./step-library.ts";

/** Options of built-in steps that flags of this run set. */
export type StepOptions = Readonly<Record<string, unknown>>;

/** What a command wants of a configuration beside what is written there. */
export interface TargetOptions {
  readonly stepOptions?: StepOptions | undefined;
  /** Name of a pipeline whose steps are there as well. */
  readonly pipeline?: string | undefined;
}

/** The workflow of the directory that `--target` names, or without it of the nearest one above that has a configuration. */
export function readTarget(target: string | undefined, options: TargetOptions = {}): Promise<LoadedWorkflow> {
  return readConfig(path.resolve(target ?? "."), { exact: target !== undefined, library: stepLibrary(), ...options });
}

import path from "node:path";
import { readConfig, type LoadedWorkflow } from "@ai-workflow/engine";

/** The workflow of the directory that `--target` names, or without it of the nearest one above that has a configuration. */
export function readTarget(target: string | undefined): Promise<LoadedWorkflow> {
  return readConfig(path.resolve(target ?? "."), { exact: target !== undefined });
}

import { statSync } from "node:fs";
import path from "node:path";
import { listPlainFiles, type FileEntry, type WorktreeInspection } from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import type { Step } from "../config/workflow.ts";
import { expandSteps, unmatchedGlobs } from "../units/expand-steps.ts";
import { readUnitLayout } from "../units/read-unit-layout.ts";
import type { ConfigurationFacts } from "./configuration-checks.ts";

/**
 * Finds what there is for a configuration to match.
 *
 * @param inspection - what change detection said of the target, with paths from there
 * @throws {EngineError} ENGINE_UNITS_UNREADABLE – it cannot be told which units there are
 */
export async function readConfigurationFacts(
  { workflow, directory }: LoadedWorkflow,
  inspection: WorktreeInspection,
): Promise<ConfigurationFacts> {
  const missing = new Map(
    [...workflow.steps.values()].flatMap((step) => {
      const what = missingOf(step, directory);
      return what === undefined ? [] : [[step.id, what] as const];
    }),
  );
  const files = inspection.files?.map((file) => file.path) ?? (await listOnDisk(directory));
  if (![...workflow.steps.values()].some(({ forEach }) => forEach !== undefined)) {
    return { workflow, expanded: workflow, nodesOf: new Map(), remarks: [], files, missing };
  }
  const { layout, remarks, hasScript } = await readUnitLayout({
    directory,
    state: { path: path.join(directory, STATE_FOLDER_NAME), mayKeep: false },
    files: inspection.files,
    globs: workflow.units,
    signal: undefined,
  });
  const { workflow: expanded, nodesOf } = expandSteps(workflow, layout, hasScript);
  const ofSteps = [...nodesOf].flatMap(([id, nodes]) => {
    const filter = workflow.steps.get(id)?.forEach;
    if (nodes.length === 0) return [`${id} is done for each unit, and there is no unit that it is for`];
    const unmatched = filter === undefined || filter === "all" ? [] : unmatchedGlobs(filter, layout);
    return unmatched.map((glob) => `no unit matches ${glob} in \`units\` of ${id}`);
  });
  return { workflow, expanded, nodesOf, remarks: [...remarks, ...ofSteps], files, missing };
}

/** Names of all files that no rule hides, where no git could be asked; contents are not read. */
async function listOnDisk(directory: string): Promise<readonly string[] | undefined> {
  const paths: string[] = [];
  const keep = (name: FileEntry["path"]): boolean => {
    paths.push(name);
    return false;
  };
  try {
    await listPlainFiles({ root: directory, keep, skip: (name) => name === STATE_FOLDER_NAME });
    return paths;
  } catch {
    return undefined;
  }
}

/** What a step names and is not there. A step of units has no place of its own. */
function missingOf({ action, directory: folder, forEach }: Step, target: string): string | undefined {
  if (forEach !== undefined) return undefined;
  if (action.kind === "module") {
    const isThere = statSync(path.resolve(target, action.module), { throwIfNoEntry: false })?.isFile() === true;
    return isThere ? undefined : `there is no file ${action.module}`;
  }
  const isThere = statSync(path.resolve(target, folder), { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere ? undefined : `there is no folder ${folder}`;
}

import { readdirSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import type { Finding, ModuleStep } from "@ai-workflow/engine";
import { STEP_DEFINITIONS } from "../../src/step-definitions.ts";
import { createContext } from "../step-repository.ts";

/** What steps found in the packages that they have judged, by the step and the folder. */
const judged = new Map<string, Promise<readonly Finding[]>>();

/**
 * Gives what a step that asks nothing of git finds in a published package, all of whose files are the repository's; several cases of a
 * package are judged at once.
 *
 * @param folder - absolute path of the unpacked package, which stays as it is
 */
export function judgePublishedPackage(
  id: string,
  step: ModuleStep,
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<readonly Finding[]> {
  const key = `${id} ${folder}`;
  const findings = judged.get(key) ?? judge(id, step, folder, options);
  judged.set(key, findings);
  return findings;
}

async function judge(
  id: string,
  step: ModuleStep,
  folder: string,
  options: Readonly<Record<string, unknown>>,
): Promise<readonly Finding[]> {
  const definition = STEP_DEFINITIONS.find((one) => one.id === id);
  if (definition === undefined) throw new Error(`there is no step ${id}`);
  const isInput = picomatch([...(definition.defaults.inputs ?? ["**"])], { dot: true });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .filter((file) => isInput(file))
    .toSorted();
  const context = createContext({
    step: id,
    directory: folder,
    files,
    dueFiles: files,
    with: { ...definition.defaults.with, ...options },
  });
  return (await step(context))?.findings ?? [];
}

import { statSync } from "node:fs";
import { inspectWorktree, scopeToDirectory, type WorktreeInspection } from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { readConfig, type LoadedWorkflow } from "../config/read-config.ts";
import { normaliseRetention } from "../config/normalise-retention.ts";
import { EngineError } from "../errors.ts";
import type { AreaCheck, CheckArea } from "./check.ts";
import { checkConfiguration, checkProblems } from "./configuration-checks.ts";
import { checkDisk } from "./disk-checks.ts";
import type { Examination, ExamineOptions } from "./examination.ts";
import { checkGit } from "./git-checks.ts";
import { checkMachine } from "./machine-checks.ts";
import { checkModels } from "./model-checks.ts";
import { readConfigurationFacts } from "./read-configuration-facts.ts";
import { readDiskFacts } from "./read-disk-facts.ts";
import { readGitFacts } from "./read-git-facts.ts";
import { readMachineFacts } from "./read-machine-facts.ts";
import { readModelFacts } from "./read-model-facts.ts";
import { readRuntimeFacts } from "./read-runtime-facts.ts";
import { checkRuntime } from "./runtime-checks.ts";

/** Bytes of answers and their like that a state folder may hold without a configuration. */
const UNCONFIGURED_CACHE_BYTES = 100 * 2 ** 20;

/** Does what `examine()` says; loaded only when it is asked for. */
export async function examineTarget(options: ExamineOptions): Promise<Examination> {
  const { directory: from, environment = process.env } = options;
  if (statSync(from, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new EngineError("ENGINE_TARGET_MISSING", `${from} is not a directory`, { hint: "Give a directory" });
  }
  const configuration = await readIfUsable(options);
  const loaded = "loaded" in configuration ? configuration.loaded : undefined;
  const directory = loaded?.directory ?? from;
  const inspection = await inspect(directory, loaded?.workflow.base.ref, environment);
  // The measurement of the disk has it for itself.
  const disk = readDiskFacts(directory, allowedBytes(loaded));
  const [runtime, git, models, own] = await Promise.all([
    readRuntimeFacts(),
    readGitFacts(directory, environment, inspection),
    loaded === undefined ? undefined : readModelFacts(loaded, environment),
    loaded === undefined ? undefined : checkLoaded(loaded, inspection),
  ]);
  const areas: Readonly<Record<CheckArea, readonly AreaCheck[]>> = {
    runtime: checkRuntime(runtime),
    git: checkGit(git),
    models: models === undefined ? [] : checkModels(models),
    machine: checkMachine(readMachineFacts(), settingsOf(loaded, environment)),
    disk: checkDisk(disk),
    configuration: own ?? ("checks" in configuration ? configuration.checks : []),
  };
  const checks = Object.entries(areas).flatMap(([area, found]) =>
    found.map((check) => ({ ...check, area: area as CheckArea })),
  );
  return { directory, checks };
}

async function readIfUsable({
  directory,
  exact = false,
  library,
}: ExamineOptions): Promise<{ readonly loaded: LoadedWorkflow } | { readonly checks: readonly AreaCheck[] }> {
  try {
    return { loaded: await readConfig(directory, { exact, library }) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.code !== "ENGINE_CONFIG_MISSING")
      return { checks: checkProblems(error.message, error.hint, error.problems) };
    return { checks: [{ id: "configuration", state: "advice", message: error.message, mend: "ai-workflow init" }] };
  }
}

async function checkLoaded(loaded: LoadedWorkflow, inspection: WorktreeInspection): Promise<readonly AreaCheck[]> {
  try {
    return checkConfiguration(await readConfigurationFacts(loaded, inspection));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return checkProblems(error.message, error.hint, error.problems);
  }
}

/** As a run looks at its target, without reading files for their ids. */
async function inspect(
  directory: string,
  base: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<WorktreeInspection> {
  const inspection = await inspectWorktree({ directory, base, environment, exclude: [`${STATE_FOLDER_NAME}/`] });
  return scopeToDirectory(inspection);
}

function allowedBytes(loaded: LoadedWorkflow | undefined): number {
  const { maxLogBytes, maxResultBytes } = loaded?.workflow.retention ?? normaliseRetention(undefined);
  return maxLogBytes + maxResultBytes + (loaded?.workflow.ai.cache.maxBytes ?? UNCONFIGURED_CACHE_BYTES);
}

/** Environment over configuration, as in runs. */
function settingsOf(
  loaded: LoadedWorkflow | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly maxParallelJobs: number | undefined; readonly maxMemoryMb: number | undefined } {
  const jobs = environment["MAX_PARALLEL_JOBS"]?.trim() ?? "";
  return {
    maxParallelJobs: /^[1-9]\d{0,8}$/.test(jobs) ? Number(jobs) : loaded?.workflow.maxParallelJobs,
    maxMemoryMb: loaded?.workflow.maxMemoryMb,
  };
}

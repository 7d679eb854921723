import path from "node:path";
import { EngineError } from "../errors.ts";
import { checkTarget } from "./check-target.ts";
import { readStateFile } from "../state/read-state-file.ts";
import { CONFIG_FILE_NAME } from "./config.ts";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { BuiltInSteps, StepLibrarySource } from "../library/step-library.ts";
import type { Workflow } from "./workflow.ts";
import { readCachedWorkflow, workflowCacheKey } from "./workflow-cache.ts";
import { countOf } from "../text/count-of.ts";

/** The page that describes the configuration file. */
const CONFIGURATION_PAGE = "https://github.com/ai-workflow/ai-workflow/blob/main/docs/configuration.md";

/** A workflow and where it came from. */
export interface LoadedWorkflow {
  readonly workflow: Workflow;
  /** Absolute path of the directory the workflow is about. */
  readonly directory: string;
  /** Absolute path of the configuration file. */
  readonly file: string;
  /** Under what the parsed workflow can be kept for the next run; absent when it was found there. */
  readonly cacheKey?: Buffer | undefined;
}

/** How a configuration is found and read. */
export interface ReadConfigOptions {
  /** Only in the directory itself, not in those above it. */
  readonly exact: boolean;
  /** Steps that it may use without saying what they do. @defaultValue none */
  readonly library?: StepLibrarySource | undefined;
  /** As {@link BuiltInSteps.stepOptions}. @defaultValue none */
  readonly stepOptions?: BuiltInSteps["stepOptions"];
  /** As {@link BuiltInSteps.pipeline}. @defaultValue none */
  readonly pipeline?: BuiltInSteps["pipeline"];
}

/**
 * Finds the configuration of the nearest directory that has one, and does not ask whether it is right: `from` itself or, unless `exact`, a
 * directory above it. Gives the absolute path of the directory.
 *
 * @param from - absolute path of the directory to look from
 * @throws {EngineError} ENGINE_TARGET_MISSING, ENGINE_CONFIG_MISSING, ENGINE_CONFIG_UNREADABLE as {@link readConfig} does
 */
export function findTarget(from: string, { exact }: Pick<ReadConfigOptions, "exact">): string {
  return findConfig(from, exact).directory;
}

/**
 * Reads the configuration of the nearest directory that has one: `from` itself or, unless `exact`, a directory above it.
 *
 * @param from - absolute path of the directory to look from
 * @throws {EngineError} ENGINE_TARGET_MISSING – `from` is no directory
 * @throws {EngineError} ENGINE_CONFIG_MISSING – there is no configuration file
 * @throws {EngineError} ENGINE_CONFIG_UNREADABLE – it cannot be read
 * @throws {EngineError} ENGINE_CONFIG_INVALID – its content is wrong; `problems` holds every place
 * @throws {TypeError} a step of the library says of itself what no configuration may say
 */
export async function readConfig(from: string, options: ReadConfigOptions): Promise<LoadedWorkflow> {
  const { text, directory, file } = findConfig(from, options.exact);
  return load(text, directory, file, options);
}

/** A configuration file as it was found. */
interface FoundConfig {
  readonly text: string;
  readonly directory: string;
  readonly file: string;
}

function findConfig(from: string, exact: boolean): FoundConfig {
  checkTarget(from, "Give the directory that holds the configuration");
  for (let directory = from; ; directory = path.dirname(directory)) {
    const file = path.join(directory, CONFIG_FILE_NAME);
    const text = readIfThere(file);
    if (text !== undefined) return { text, directory, file };
    if (exact || directory === path.dirname(directory)) break;
  }
  throw new EngineError(
    "ENGINE_CONFIG_MISSING",
    `no ${CONFIG_FILE_NAME} in ${from}${exact ? "" : " or in a directory above it"}`,
    {
      hint: `\`ai-workflow init\` writes one by what the repository is made of; ${CONFIGURATION_PAGE} says what is in it`,
    },
  );
}

function readIfThere(file: string): string | undefined {
  try {
    return readStateFile(file).toString("utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new EngineError("ENGINE_CONFIG_UNREADABLE", `cannot read ${file} (${code ?? "unknown error"})`, {
      hint: "Make it a file that you may read",
      cause: error,
    });
  }
}

async function load(
  text: string,
  directory: string,
  file: string,
  { library, stepOptions, pipeline }: ReadConfigOptions,
): Promise<LoadedWorkflow> {
  const name = path.basename(directory);
  const cacheKey = workflowCacheKey(text, name, { library: library?.identity, stepOptions, pipeline });
  const cached = readCachedWorkflow(path.join(directory, STATE_FOLDER_NAME), cacheKey);
  if (cached !== undefined) return { workflow: cached, directory, file };

  // The YAML parser and the validation are loaded only for a configuration that has changed.
  const [{ parseConfig }, { checkLibrary }] = await Promise.all([
    import("./parse-config.ts"),
    import("../library/check-library.ts"),
  ]);
  const steps = library === undefined ? undefined : checkLibrary(await library.load());
  const parsed = parseConfig(text, CONFIG_FILE_NAME, name, { library: steps, stepOptions, pipeline });
  if (parsed.ok) return { workflow: parsed.workflow, directory, file, cacheKey };
  throw new EngineError(
    "ENGINE_CONFIG_INVALID",
    `${countOf(parsed.problems.length, "problem")} in ${CONFIG_FILE_NAME}`,
    { hint: "Mend the places named and run again", problems: parsed.problems },
  );
}

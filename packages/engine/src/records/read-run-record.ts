import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseRunRecord, type RunRecord } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { suggest } from "../config/suggest.ts";
import { EngineError } from "../errors.ts";
import { readStateFile } from "../state/read-state-file.ts";

/** Which run. */
export interface RunReference {
  /** Absolute path of the target directory. */
  readonly directory: string;
  /**
   * `latest`, the id of a run or its beginning, or the path of a record.
   * @defaultValue `"latest"`
   */
  readonly run?: string | undefined;
  /** Folder to which the path of a record is relative. @defaultValue the working directory */
  readonly from?: string | undefined;
}

/**
 * Reads the record of a run.
 *
 * @throws {EngineError} ENGINE_RUN_MISSING – there is no such run, or more than one that begins so
 * @throws {EngineError} ENGINE_RUN_UNREADABLE – the record cannot be read, is damaged, or was written by a newer version
 */
export function readRunRecord({ directory, run = "latest", from = process.cwd() }: RunReference): RunRecord {
  const isPath = run.includes("/") || run.includes(path.sep) || run.endsWith(".json");
  const runs = path.join(directory, STATE_FOLDER_NAME, "runs");
  const file = isPath ? path.resolve(from, run) : path.join(runs, findRun(runs, run), "run.json");
  let text: string;
  try {
    text = readStateFile(file).toString("utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const missing = code === "ENOENT";
    throw new EngineError(
      missing ? "ENGINE_RUN_MISSING" : "ENGINE_RUN_UNREADABLE",
      missing ? `there is no record ${file}` : `the record ${file} cannot be read (${code})`,
      { hint: isPath ? "Give the path of a run.json" : "That run left no record; choose another one", cause: error },
    );
  }
  const parsed = parseRunRecord(text);
  if (parsed.ok) return parsed.record;
  throw new EngineError("ENGINE_RUN_UNREADABLE", `${file} cannot be used: ${parsed.problem.message}`, {
    hint: parsed.problem.code === "newer-version" ? "Use the version that wrote it" : "Choose another run",
  });
}

function findRun(folder: string, run: string): string {
  const ids = listRuns(folder);
  // A run that goes on or was killed has a folder, and no record.
  const latest = ids.findLast((id) => existsSync(path.join(folder, id, "run.json")));
  if (latest === undefined) {
    throw new EngineError("ENGINE_RUN_MISSING", "no run has left a record yet", {
      hint: "Run `ai-workflow run` first",
    });
  }
  if (run === "latest") return latest;
  if (ids.includes(run)) return run;
  const [match, ...others] = ids.filter((id) => run !== "" && id.startsWith(run));
  if (match === undefined) {
    const nearest = suggest(run, ids) ?? latest;
    throw new EngineError("ENGINE_RUN_MISSING", `there is no run "${run}"`, {
      hint: `Did you mean "${nearest}"? \`latest\` is the last one`,
    });
  }
  if (others.length === 0) return match;
  throw new EngineError("ENGINE_RUN_MISSING", `${others.length + 1} runs begin with "${run}"`, {
    hint: `Write more of the id, such as "${match}"`,
  });
}

/** Ids of the runs, oldest first. */
function listRuns(folder: string): readonly string[] {
  try {
    // Ids begin with their time, so the order of names is the order of runs.
    return readdirSync(folder)
      .filter((name) => /^\d{8}T/.test(name))
      .sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === "ENOENT") return [];
    throw new EngineError("ENGINE_RUN_UNREADABLE", `the runs in ${folder} cannot be read (${code})`, {
      hint: "That folder holds the records of runs; move away what stands in its place",
      cause: error,
    });
  }
}

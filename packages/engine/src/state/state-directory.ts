import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UnusableFileError, writeFileAtomic, type NoticeRecord } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "./state-folder-name.ts";
import { EngineError } from "../errors.ts";
import { removeLockLeftovers } from "../lock/remove-lock-leftovers.ts";
import { readStateFile } from "./read-state-file.ts";
import { stepFileName } from "./step-file-name.ts";

/** Path of the history inside the state folder. */
export const HISTORY_FILE: string = path.join("metrics", "history.jsonl");

/** Folder of stored successes, their logs and the contents of outputs inside the state folder. */
export const RESULTS_FOLDER = "results";

/** Version of the layout of the state folder that this engine reads and writes. */
export const STATE_FORMAT = 1;

const FORMAT_FILE = "format.json";

/** Folders of the state folder without which no run can be kept. */
const RUN_FOLDERS = ["runs", "logs"] as const;

/** Where a run keeps its state. */
export interface StateDirectory {
  /** Absolute path. */
  readonly path: string;
  /** False when the target cannot be written: then `path` is a temporary folder and nothing is kept for the next run. */
  readonly durable: boolean;
  readonly notices: readonly NoticeRecord[];
}

/**
 * Opens the state folder of a target directory, creating it where needed. It ignores itself in git.
 * A target that cannot be written gets a temporary folder and a notice.
 *
 * @throws {EngineError} ENGINE_STATE_NEWER – a newer version wrote the folder; it is left untouched
 * @throws {EngineError} ENGINE_STATE_BLOCKED – something that is no folder stands in its place
 */
export function openStateDirectory(target: string): StateDirectory {
  const notices: NoticeRecord[] = [];
  try {
    return { path: prepareStateFolder(target, notices), durable: true, notices };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const temporary = openTemporaryState(path.join(target, STATE_FOLDER_NAME), error);
    return { ...temporary, notices: [...notices, ...temporary.notices] };
  }
}

/**
 * Makes the state folder of a target directory ready for writing, see {@link openStateDirectory}. Gives its path.
 *
 * @param notices - what there is to tell is added
 * @throws {EngineError} ENGINE_STATE_NEWER, ENGINE_STATE_BLOCKED, as that does
 * @throws what the file system throws where it cannot be written
 */
export function prepareStateFolder(target: string, notices: NoticeRecord[]): string {
  const folder = path.join(target, STATE_FOLDER_NAME);
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new EngineError("ENGINE_STATE_BLOCKED", `${folder} is not a folder`, {
      hint: "Move it away; the folder of that name holds the state of runs",
    });
  }
  if (stat !== undefined) removeLockLeftovers(folder, refuseForeign(folder, stat));
  // Another run may make it in this moment.
  if (stat === undefined) mkdirSync(folder, { recursive: true });
  const gitignore = path.join(folder, ".gitignore");
  const ignored = lstatSync(gitignore, { throwIfNoEntry: false });
  // A disk that was full, or a kill, leaves it empty.
  if (ignored === undefined || (ignored.isFile() && ignored.size === 0)) writeFileSync(gitignore, "*\n");
  checkFormat(folder, notices);
  for (const name of RUN_FOLDERS) {
    mkdirSync(path.join(folder, name), { recursive: true });
    accessSync(path.join(folder, name), constants.W_OK);
  }
  return folder;
}

/**
 * A folder for the state of one run, in the place of one that cannot be written.
 *
 * @throws {EngineError} ENGINE_STATE_BLOCKED – temporary files cannot be written either
 */
export function openTemporaryState(folder: string, error: unknown): StateDirectory {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const message = `${folder} cannot be written (${code}): this run leaves no record and nothing can be replayed later`;
  return {
    path: makeTemporaryFolder(folder, code),
    durable: false,
    notices: [{ code: "state-not-writable", message }],
  };
}

function makeTemporaryFolder(folder: string, why: string): string {
  try {
    return mkdtempSync(path.join(tmpdir(), "ai-workflow-"));
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new EngineError(
      "ENGINE_STATE_BLOCKED",
      `${folder} cannot be written (${why}), nor can ${tmpdir()}, where a run would go on without it (${code})`,
      { hint: "Give yourself the right to write in one of them, or name another folder in TMPDIR", cause: error },
    );
  }
}

/** Folders whose files are read, relative to the state folder. */
const READ_FOLDERS = ["metrics", "cache", path.join("cache", "fingerprints")] as const;

/**
 * A repository can hold links, and what is written through one lands outside; a pipe or a device can be read for ever. `logs/latest` is our own
 * and is replaced, never followed. Gives the names in the folder.
 */
function refuseForeign(folder: string, stat: Stats): readonly string[] {
  if (stat.isSymbolicLink()) throw blocked(folder, "is a symbolic link");
  const names = refuseForeignIn(folder);
  // A folder that is missing, or a file in its place, holds nothing.
  for (const name of READ_FOLDERS) {
    const inner = path.join(folder, name);
    if (isFolder(inner)) refuseForeignIn(inner);
  }
  return names;
}

function isFolder(place: string): boolean {
  try {
    return lstatSync(place).isDirectory();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

function refuseForeignIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) throw blocked(file, "is a symbolic link");
    if (!entry.isFile() && !entry.isDirectory()) throw blocked(file, "is neither a file nor a folder");
    return entry.name;
  });
}

function blocked(file: string, why: string): EngineError {
  return new EngineError("ENGINE_STATE_BLOCKED", `${file} ${why}`, {
    hint: "Remove it; what a run writes stays in the folder",
  });
}

/**
 * Refuses a state folder that a newer version wrote; anything else is fine, also when there is none.
 *
 * @throws {EngineError} ENGINE_STATE_NEWER
 */
export function refuseNewerState(folder: string): void {
  readFormat(folder);
}

/** The format of the folder: `"current"`, `"damaged"` where that cannot be read, `"none"` for a new folder. */
function readFormat(folder: string): "current" | "damaged" | "none" {
  let text: string;
  try {
    text = readStateFile(path.join(folder, FORMAT_FILE)).toString("utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return "none";
    if (error instanceof UnusableFileError) return "damaged";
    throw error;
  }
  const format = parseFormat(text);
  if (format !== undefined && format > STATE_FORMAT) {
    throw new EngineError("ENGINE_STATE_NEWER", `${folder} was written by a newer version (format ${format})`, {
      hint: "Use that version, or move the folder away to start without its history",
    });
  }
  return format === STATE_FORMAT ? "current" : "damaged";
}

function checkFormat(folder: string, notices: NoticeRecord[]): void {
  const found = readFormat(folder);
  if (found === "current") return;
  const file = path.join(folder, FORMAT_FILE);
  if (found === "damaged") {
    const aside = `${file}.corrupt`;
    renameSync(file, aside);
    notices.push({
      code: "state-corrupt",
      message: `${file} was damaged; it was set aside as ${path.basename(aside)}`,
    });
  }
  writeFileAtomic(file, `{"format":${STATE_FORMAT}}\n`);
}

function parseFormat(text: string): number | undefined {
  try {
    const format: unknown = (JSON.parse(text) as { readonly format?: unknown } | null)?.format;
    return typeof format === "number" && Number.isInteger(format) && format > 0 ? format : undefined;
  } catch {
    return undefined;
  }
}

/** Folders and files of one run inside the state folder. */
export interface RunPaths {
  /** `runs/<run>/run.json` */
  readonly record: string;
  /** `logs/<run>` */
  readonly logs: string;
  /** Log of one step, relative to the state folder. */
  readonly stepLog: (stepId: string) => string;
}

/** Where a run has its files; makes none of the folders. */
export function pathsOfRun(state: string, runId: string): RunPaths {
  return {
    record: path.join(state, "runs", runId, "run.json"),
    logs: path.join(state, "logs", runId),
    stepLog: (stepId) => stepLogPath(runId, stepId),
  };
}

/** Creates the folders of a run. Only the holder of the lock does: whoever cleans up takes all others for folders of runs that are over. */
export function createRunFolders({ record, logs }: Pick<RunPaths, "record" | "logs">): void {
  mkdirSync(path.dirname(record), { recursive: true });
  mkdirSync(logs, { recursive: true });
}

/** Path of the log of a step in a run, relative to the state folder. */
export function stepLogPath(runId: string, stepId: string): string {
  return path.join("logs", runId, "steps", `${stepFileName(stepId)}.log`);
}

/** Points `logs/latest` to the run's logs, in one step so that a reader never finds it missing. */
export function pointLatest(state: string, runId: string): void {
  const temporary = path.join(state, "logs", `.latest-${runId}`);
  try {
    symlinkSync(runId, temporary);
    renameSync(temporary, path.join(state, "logs", "latest"));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

import path from "node:path";
import {
  contentOnDisk,
  inspectWorktree,
  listPlainFiles,
  openGitCache,
  scopeToDirectory,
  type DetectOptions,
  type FileEntry,
  type GitCache,
  type WorktreeInspection,
} from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";

/** Folders of what is installed or kept by a version control other than git: without git nobody may have written that they are ignored. */
const NOBODYS_SOURCES: ReadonlySet<string> = new Set([
  ".hg",
  ".jj",
  ".svn",
  ".tox",
  ".venv",
  "__pycache__",
  "bower_components",
  "node_modules",
]);

/** What is asked of change detection. */
type ListOptions = Pick<DetectOptions, "directory" | "base" | "environment" | "cache" | "signal">;

/**
 * Lists the target's files and changes; paths are relative to the target, and the state folder is no part of either. Files have the ids of
 * their bytes on the disk, for a step sees line ends and filtered contents that git calls unchanged. Outside of a repository of git the
 * files are listed all the same, without those that `.gitignore` files name and without folders of installed packages; what changed stays
 * unknown.
 */
export async function listFiles(options: ListOptions): Promise<WorktreeInspection> {
  const inspection = await inspectWorktree({ ...options, exclude: [`${STATE_FOLDER_NAME}/`] });
  const { files, root, changes } = inspection;
  if (!changes.known && changes.code === "not-a-repository") {
    return { ...inspection, files: await listWithoutGit(options) };
  }
  if (files === undefined || root === undefined) return scopeToDirectory(inspection);
  const onDisk = await contentOnDisk(files, { root, ids: "local", signal: options.signal });
  return scopeToDirectory({ ...inspection, files: onDisk.files });
}

function listWithoutGit({ directory, signal }: ListOptions): Promise<readonly FileEntry[]> {
  return listPlainFiles({
    root: directory,
    skip: (name) => name === STATE_FOLDER_NAME || NOBODYS_SOURCES.has(path.posix.basename(name)),
    signal,
  });
}

/** A run that is cancelled while git is asked goes on without an answer: it starts nothing, and still leaves its record. */
export async function listFilesUnlessAborted(options: ListOptions): Promise<WorktreeInspection> {
  try {
    return await listFiles(options);
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    const message = "the run was cancelled while git was asked";
    return {
      changes: { known: false, code: "git-failed", message, remedy: "Run again" },
      files: undefined,
      hiddenEdits: [],
    };
  }
}

/** Facts about commits, kept for a few minutes in the state folder. */
export function openStateGitCache(state: string): GitCache {
  return openGitCache({ directory: path.join(state, "cache", "git") });
}

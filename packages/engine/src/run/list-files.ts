import path from "node:path";
import {
  contentOnDisk,
  inspectWorktree,
  openGitCache,
  scopeToDirectory,
  type DetectOptions,
  type GitCache,
  type WorktreeInspection,
} from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../config/config.ts";

/** What is asked of change detection. */
type ListOptions = Pick<DetectOptions, "directory" | "base" | "environment" | "cache" | "signal">;

/**
 * Lists the target's files and changes; paths are relative to the target, and the state folder is no part of either. Files have the ids of
 * their bytes on the disk, for a step sees line ends and filtered contents that git calls unchanged.
 */
export async function listFiles(options: ListOptions): Promise<WorktreeInspection> {
  const inspection = await inspectWorktree({ ...options, exclude: [`${STATE_FOLDER_NAME}/`] });
  const { files, root } = inspection;
  if (files === undefined || root === undefined) return scopeToDirectory(inspection);
  const onDisk = await contentOnDisk(files, { root, ids: "local", signal: options.signal });
  return scopeToDirectory({ ...inspection, files: onDisk.files });
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

import path from "node:path";
import {
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

/** Lists the target's files and changes; paths are relative to the target, and the state folder is no part of either. */
export async function listFiles(options: ListOptions): Promise<WorktreeInspection> {
  return scopeToDirectory(await inspectWorktree({ ...options, exclude: [`${STATE_FOLDER_NAME}/`] }));
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

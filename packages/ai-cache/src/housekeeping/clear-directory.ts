import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { EXPLAIN_FOLDER } from "../explain/create-question-log.ts";
import { realFiles } from "../files/file-access.ts";
import { isStaleLock } from "../locks/directory-lock.ts";
import { JOURNAL_FOLDER } from "../statistics/merge-statistics.ts";
import { isOldTemporary, surveyDirectory } from "./survey-directory.ts";

/**
 * Removes from a cache directory what is not an entry but of this package's making: statistics, misplaced entries,
 * abandoned locks and temporary files. What others put there stays, and so does what a process is busy with. Throws what
 * the file system throws.
 */
export function clearDirectory(directory: string, nowMs: number): void {
  for (const surveyed of surveyDirectory(directory)) {
    const { path, kind } = surveyed;
    const file = join(directory, path);
    const isOurs =
      (kind === "state" && path !== ".gitignore") ||
      kind === "misplaced" ||
      isOldTemporary(surveyed, nowMs) ||
      (kind === "lock" && isStaleLock(file, nowMs));
    if (isOurs) realFiles.remove(file);
  }
  for (const folder of [JOURNAL_FOLDER, EXPLAIN_FOLDER]) {
    try {
      rmdirSync(join(directory, folder));
    } catch {
      // Not there, or not empty.
    }
  }
}

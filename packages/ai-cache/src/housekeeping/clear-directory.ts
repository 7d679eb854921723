import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { EXPLAIN_FOLDER } from "../explain/create-question-log.ts";
import { realFiles } from "../files/file-access.ts";
import { isStaleLock } from "../locks/directory-lock.ts";
import { surveyDirectory } from "./survey-directory.ts";
import { JOURNAL_FOLDER } from "../statistics/merge-statistics.ts";

// Another process may be writing a younger one.
const TEMPORARY_FILE_MAX_AGE_MS = 60 * 60 * 1000;

/**
 * Removes from a cache directory what is not an entry but of this package's making: statistics, misplaced entries,
 * abandoned locks and temporary files. What others put there stays, and so does what a process is busy with. Throws what
 * the file system throws.
 */
export function clearDirectory(directory: string, nowMs: number): void {
  for (const { path, kind, modifiedMs } of surveyDirectory(directory)) {
    const file = join(directory, path);
    const isOld = Math.abs(nowMs - modifiedMs) >= TEMPORARY_FILE_MAX_AGE_MS;
    const isOurs =
      (kind === "state" && path !== ".gitignore") ||
      kind === "misplaced" ||
      (kind === "temporary" && isOld) ||
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

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { CleanupReport } from "../ai-cache.ts";
import { isStaleLock } from "../locks/directory-lock.ts";
import { isOldTemporary, surveyDirectory, TEMPORARY_FILE_MAX_AGE_MS, type SurveyedFile } from "./survey-directory.ts";

/** How many files of which kind were removed. */
export type SweptFiles = Pick<CleanupReport, "temporaryFileCount" | "lockFileCount" | "misplacedCount">;

/**
 * Removes what ended processes left in a cache directory: temporary files and locks that are older than an hour and, if
 * `removesMisplaced`, entries where they are never looked for. What cannot be removed stays. Never throws.
 */
export function sweepDirectory(directory: string, nowMs: number, removesMisplaced: boolean): SweptFiles {
  const counts = { temporary: 0, lock: 0, misplaced: 0 };
  function isGone({ path, kind, modifiedMs }: SurveyedFile): boolean {
    if (kind === "misplaced") return removesMisplaced;
    if (kind !== "lock") return isOldTemporary({ kind, modifiedMs }, nowMs);
    return Math.abs(nowMs - modifiedMs) >= TEMPORARY_FILE_MAX_AGE_MS && isStaleLock(join(directory, path), nowMs);
  }
  for (const file of surveyDirectory(directory)) {
    const { path, kind } = file;
    if ((kind !== "temporary" && kind !== "lock" && kind !== "misplaced") || !isGone(file)) continue;
    try {
      rmSync(join(directory, path), { recursive: true, force: true });
      counts[kind] += 1;
    } catch {
      // It belongs to someone else.
    }
  }
  return { temporaryFileCount: counts.temporary, lockFileCount: counts.lock, misplacedCount: counts.misplaced };
}

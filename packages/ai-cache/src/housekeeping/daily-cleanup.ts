import { lstatSync, lutimesSync } from "node:fs";
import { join } from "node:path";
import { codeOf, isMissing, realFiles } from "../files/file-access.ts";

/** How long the result of one automatic clean-up lasts: a day, in milliseconds. */
export const CLEANUP_INTERVAL_MS: number = 24 * 60 * 60 * 1000;
/** The file whose modification time says when the last clean-up ended. */
export const CLEANUP_STAMP: string = "cleanup.stamp";

/**
 * Whether a clean-up is due. A stamp from the future counts as one of now for a day's difference (clocks of several
 * machines); one from further ahead was made while a clock was wrong, and must not put clean-ups off until then.
 */
export function isCleanupDue(stampMs: number | undefined, nowMs: number): boolean {
  return stampMs === undefined || Math.abs(nowMs - stampMs) >= CLEANUP_INTERVAL_MS;
}

/** When the last clean-up of `directory` ended, or `undefined` when none is known. Throws what else the file system throws. */
export function readCleanupStamp(directory: string): number | undefined {
  try {
    return lstatSync(join(directory, CLEANUP_STAMP)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Notes that a clean-up of `directory` ended now. Throws what the file system throws. */
export function stampCleanup(directory: string, nowMs: number): void {
  const stamp = join(directory, CLEANUP_STAMP);
  // Its time can be set whatever stands there, also a folder or a pipe.
  if (readCleanupStamp(directory) === undefined) realFiles.write(stamp, "");
  try {
    lutimesSync(stamp, nowMs / 1000, nowMs / 1000);
  } catch (error) {
    // Another user's time cannot be set, but where the directory is shared its file can be replaced.
    if (codeOf(error) !== "EPERM") throw error;
    realFiles.remove(stamp);
    realFiles.write(stamp, "");
    lutimesSync(stamp, nowMs / 1000, nowMs / 1000);
  }
}

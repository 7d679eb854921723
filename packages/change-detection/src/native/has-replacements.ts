import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The git directory that work trees share; the own one but in a linked work tree. */
function commonDirOf(gitDir: string): string {
  try {
    return path.resolve(gitDir, readFileSync(path.join(gitDir, "commondir"), "utf8").trimEnd());
  } catch {
    return gitDir;
  }
}

/**
 * Whether objects may not be what their ids say: after `git replace`, or with grafts. What follows from commits alone can then change
 * from one moment to the next, so that nothing may be kept.
 */
export function hasReplacements(gitDir: string): boolean {
  const commonDir = commonDirOf(gitDir);
  if (existsSync(path.join(commonDir, "info", "grafts"))) return true;
  try {
    if (readdirSync(path.join(commonDir, "refs", "replace")).length > 0) return true;
  } catch {
    // There need be no such folder.
  }
  try {
    return readFileSync(path.join(commonDir, "packed-refs"), "latin1").includes(" refs/replace/");
  } catch {
    return false;
  }
}

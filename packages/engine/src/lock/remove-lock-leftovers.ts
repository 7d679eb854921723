import { rmSync, statSync } from "node:fs";
import path from "node:path";

/** Names of attempts to get or give back the lock, which go within a moment; they hold the id of their process. */
const LEFTOVER = /^(?:\.lock-|lock\.)(\d+)(?:-|$)/;

/** Age of what is removed, in milliseconds: a process of another machine that shares the folder may be at it. */
const LEFT_MS = 10_000;

/**
 * Removes what processes that were killed left of their attempts to get the lock.
 *
 * @param folder - absolute path of the state folder
 * @param names - what it holds
 */
export function removeLockLeftovers(folder: string, names: readonly string[]): void {
  for (const name of names) {
    const pid = LEFTOVER.exec(name)?.[1];
    if (pid === undefined || isThere(Number(pid))) continue;
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() !== true || Date.now() - stat.mtimeMs < LEFT_MS) continue;
    try {
      rmSync(file, { force: true });
    } catch {
      // It takes little room and stands in nobody's way.
    }
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // What is no id of a process, such as 0 or one that is too large, is nobody's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

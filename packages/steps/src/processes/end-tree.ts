import { findMarked, findTree, signalAll } from "./started-processes.ts";

/** Between asking and ending, in milliseconds. */
const GRACE_MS = 5000;

/**
 * Asks a process and all that it started to end, and ends those that do not.
 *
 * @param mark - a variable, as `NAME=value`, by which processes that it started are known wherever they went; default: those below it alone
 */
export async function endTree(root: number | undefined, mark?: string): Promise<void> {
  if (root === undefined) return;
  const marked = (): readonly number[] => (mark === undefined ? [] : findMarked(mark));
  const pids = new Set([...(await findTree(root)), ...marked()]);
  signalAll(pids, "SIGTERM");
  setTimeout(() => signalAll(new Set([...pids, ...marked()]), "SIGKILL"), GRACE_MS).unref();
}

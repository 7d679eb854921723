import { findTree, signalAll } from "./started-processes.ts";

/** Between asking and ending, in milliseconds. */
const GRACE_MS = 5000;

/** Asks a process and all that it started to end, and ends those that do not. */
export async function endTree(root: number | undefined): Promise<void> {
  if (root === undefined) return;
  const pids = new Set(await findTree(root));
  signalAll(pids, "SIGTERM");
  setTimeout(() => signalAll(pids, "SIGKILL"), GRACE_MS).unref();
}

import path from "node:path";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { isAlive, type LockOwner } from "../lock/lock-owner.ts";
import { readLock } from "../lock/read-lock.ts";
import { LOCK_FILE } from "../lock/target-lock.ts";
import { isRunId } from "../state/run-id.ts";

/** A run that holds the lock of a target, and whether its process is still there. */
export interface RunInProgress extends LockOwner {
  /** `false`: it was killed, and the next run finds out what it had done. */
  readonly alive: boolean;
}

/**
 * The run that holds the lock of a target; `undefined` where none does. Changes nothing.
 *
 * @param directory - absolute path of the target directory
 */
export function runInProgress(directory: string): RunInProgress | undefined {
  const owner = readLock(path.join(directory, STATE_FOLDER_NAME, LOCK_FILE))?.owner;
  // What a lock holds comes from a file.
  if (owner === undefined || !isRunId(owner.runId) || !Number.isFinite(Date.parse(owner.since))) return undefined;
  return { ...owner, alive: isAlive(owner) };
}

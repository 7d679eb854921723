/** Time between asking a process group to end and forcing it, in milliseconds. */
export const GRACE_MS = 5_000;

/**
 * Asks a process group to end (SIGTERM), and forces it (SIGKILL) when it still exists after `graceMs`.
 * Returns a function that calls the force off once the group is known to be gone.
 *
 * @param leader - process id of the group's leader
 */
export function endProcessGroup(leader: number, graceMs: number = GRACE_MS): () => void {
  signalGroup(leader, "SIGTERM");
  const timer = setTimeout(() => signalGroup(leader, "SIGKILL"), graceMs);
  return () => clearTimeout(timer);
}

/** Sends a signal to a process group; one that is gone already is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

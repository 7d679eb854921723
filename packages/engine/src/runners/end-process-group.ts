/** Time between asking a process group to end and forcing it, in milliseconds. */
export const GRACE_MS = 5_000;

/** Leaders of the groups that were asked to end and are not yet known to be gone. */
const ending = new Set<number>();

/** What was asked to end must not outlive this process, which may exit before the time to force has come. */
function forceAll(): void {
  for (const leader of ending) {
    try {
      process.kill(-leader, "SIGKILL");
    } catch {
      // It is gone already, and nobody is left to tell of anything else.
    }
  }
}

/**
 * Asks a process group to end (SIGTERM), and forces it (SIGKILL) when it still exists after `graceMs` or when this process exits.
 * Returns a function that calls the force off once the group is known to be gone.
 *
 * @param leader - process id of the group's leader
 */
export function endProcessGroup(leader: number, graceMs: number = GRACE_MS): () => void {
  if (ending.size === 0) process.on("exit", forceAll);
  ending.add(leader);
  signalGroup(leader, "SIGTERM");
  // Should nothing else hold this process up, it exits, and forces them then.
  const timer = setTimeout(() => signalGroup(leader, "SIGKILL"), graceMs).unref();
  return () => {
    clearTimeout(timer);
    ending.delete(leader);
    if (ending.size === 0) process.off("exit", forceAll);
  };
}

/** Whether anybody is in a process group, dead and not yet waited for included. */
export function groupExists(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Sends a signal to a process group; one that is gone already is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

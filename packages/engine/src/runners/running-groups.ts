import { signalGroup } from "./end-process-group.ts";

/** Leaders of the process groups in which steps of this process run. */
const running = new Set<number>();

/** Notes that steps run in a process group. Returns a function that takes that back once the group is gone. */
export function noteGroup(leader: number): () => void {
  running.add(leader);
  return () => void running.delete(leader);
}

/**
 * Lets every step that runs in a process of its own stand still, as this process is about to: whoever presses Ctrl-Z means all of a run, and
 * no terminal tells steps of it, for each leads a group of its own. Waiting for {@link continueSteps} takes them neither time nor cores.
 */
export function suspendSteps(): void {
  for (const leader of running) signalGroup(leader, "SIGSTOP");
}

/** Lets go on what {@link suspendSteps} stopped. */
export function continueSteps(): void {
  for (const leader of running) signalGroup(leader, "SIGCONT");
}

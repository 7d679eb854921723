import { setTimeout as sleep } from "node:timers/promises";
import { dropShell } from "./start-shell.ts";
import type { StartedShell } from "./started-shell.ts";

/** What the system lacks for now and has again when other steps end: descriptors, processes, memory. */
const PASSING: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"]);

/** Pauses between tries, in milliseconds: 12.7 s in all. */
const PAUSES_MS: readonly number[] = [100, 200, 400, 800, 1_600, 3_200, 6_400];

/**
 * Starts a shell, and again after a while where the system has no descriptor, process or memory left for it: other steps end, and give theirs
 * back. Gives what the last try gave.
 *
 * @param pausesMs - before each further try. Default: seven, from 0.1 s on, each twice as long
 * @throws what the last try threw
 */
export async function startWithPatience(
  start: () => Promise<StartedShell>,
  signal: AbortSignal,
  pausesMs: readonly number[] = PAUSES_MS,
): Promise<StartedShell> {
  for (const pauseMs of pausesMs) {
    try {
      const shell = await start();
      if (shell.pid !== undefined || signal.aborted) return shell;
      const { errorCode } = await shell.ended;
      if (errorCode === undefined || !PASSING.has(errorCode)) return shell;
      await dropShell(shell);
    } catch (error) {
      if (signal.aborted || !PASSING.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
  return start();
}

import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** A process that this one started and that has ended. */
export interface EndedChild {
  readonly pid: number;
  /** When it was started, in milliseconds. */
  readonly startedMs: number;
}

/** Knows the processes that this thread starts. */
export interface ChildWatch {
  /** Those that ended since the last call: whose end was told, and those that `isThere` does not find any more. */
  takeEnded(isThere: (pid: number) => boolean): readonly EndedChild[];
  close(): void;
}

/** Where Node tells of each process that is started, but for those that are waited for at once (`spawnSync`). */
const CHANNEL = "child_process";

/**
 * Watches what processes this thread starts and when they end. The kernel tells what ended children took only as one sum, so whoever wants
 * to know of one must ask as soon as it has ended, and know who else did.
 *
 * @param onExit - called when one has ended, before anybody else hears of it
 * @param now - monotonic clock in milliseconds
 */
export function watchChildren(onExit: () => void, now: () => number): ChildWatch {
  const running = new Map<ChildProcess, number>();
  let ended: EndedChild[] = [];
  let isClosed = false;
  const onStart = (message: unknown): void => {
    const child = (message as { readonly process: ChildProcess }).process;
    running.set(child, now());
    // Its errors are not listened for: that would hide them from whoever started it.
    child.once("exit", () => {
      const startedMs = running.get(child);
      if (isClosed) return;
      if (running.delete(child) && child.pid !== undefined && startedMs !== undefined) {
        ended.push({ pid: child.pid, startedMs });
      }
      onExit();
    });
  };
  subscribe(CHANNEL, onStart);
  return {
    takeEnded(isThere): readonly EndedChild[] {
      for (const [child, startedMs] of running) {
        const { pid } = child;
        if (pid !== undefined && isThere(pid)) continue;
        // Without an id it was never started.
        running.delete(child);
        if (pid !== undefined) ended.push({ pid, startedMs });
      }
      const taken = ended;
      ended = [];
      return taken;
    },
    close(): void {
      isClosed = true;
      unsubscribe(CHANNEL, onStart);
      running.clear();
    },
  };
}

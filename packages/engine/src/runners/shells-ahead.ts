import { fstatSync, rmSync, statSync, truncateSync, type Stats } from "node:fs";
import { dropShell } from "./start-shell.ts";
import type { StartedShell } from "./started-shell.ts";
import type { ShellAhead } from "./step-run.ts";

/** What a shell that is started ahead is for. */
export interface ShellToHold<Group> {
  readonly directory: string;
  readonly logFile: string;
  /** In which it is measured. */
  readonly group: Group | undefined;
  /** Starts it, so that it waits. */
  readonly start: () => Promise<StartedShell>;
}

/** Options of {@link createShellsAhead}. */
export interface ShellsAheadOptions<Group> {
  /** Ids of steps that need a shell, those first that are likely to start first. */
  readonly order: readonly string[];
  /** Shells that wait at the same time, at most. */
  readonly most: number;
  /** Whether a step is still to start. */
  readonly isToStart: (stepId: string) => boolean;
  /** What to start for a step; `undefined` where that is not to be. */
  readonly describe: (stepId: string) => ShellToHold<Group> | undefined;
  /** Calls back soon, when what has happened already is dealt with. @defaultValue `setImmediate` */
  readonly soon?: ((callback: () => void) => void) | undefined;
}

/** Shells of steps that are likely to start soon, started ahead. */
export interface ShellsAhead<Group> {
  /** To be called when steps have started: soon after, others are started ahead in the room that there is. */
  fill(): void;
  /** What was started ahead for a step. The caller answers for it from now on. */
  take(stepId: string): (ShellAhead & { readonly group: Group | undefined }) | undefined;
  /** Ends those that nobody took. Resolves when they are gone. */
  close(): Promise<void>;
}

/**
 * Starts shells ahead: the start of a shell takes milliseconds, and joining the group in which it is measured ten and more, so a chain of short
 * steps would spend its time on that. Nothing of a command happens before its step starts.
 */
export function createShellsAhead<Group extends { remove(): void }>(
  options: ShellsAheadOptions<Group>,
): ShellsAhead<Group> {
  const { order, most, isToStart, describe, soon = setImmediate } = options;
  const held = new Map<string, HeldShell<Group>>();
  let next = 0;
  let isClosed = false;
  let filling: Promise<void> | undefined;

  const startNext = async (): Promise<void> => {
    const stepId = order[next++];
    if (stepId === undefined || !isToStart(stepId)) return;
    const wanted = describe(stepId);
    const one = wanted === undefined ? undefined : await holdShell(wanted);
    if (one === undefined) return;
    // It may have started meanwhile without it.
    if (isClosed || !isToStart(stepId)) await one.drop();
    else held.set(stepId, one);
  };
  const isRoom = (): boolean => !isClosed && held.size < most && next < order.length;
  const fillRoom = async (): Promise<void> => {
    while (isRoom()) {
      // What happens to steps comes first.
      await new Promise<void>((resolve) => soon(resolve));
      if (isRoom()) await startNext();
    }
    filling = undefined;
  };

  return {
    fill(): void {
      if (isRoom()) filling ??= fillRoom();
    },
    take(stepId) {
      const one = held.get(stepId);
      held.delete(stepId);
      return one;
    },
    async close(): Promise<void> {
      isClosed = true;
      await filling;
      await Promise.all([...held.values()].map((one) => one.drop()));
      held.clear();
    },
  };
}

interface HeldShell<Group> extends ShellAhead {
  readonly group: Group | undefined;
}

async function holdShell<Group extends { remove(): void }>({
  directory,
  logFile,
  group,
  start,
}: ShellToHold<Group>): Promise<HeldShell<Group> | undefined> {
  const directoryWas = statIfThere(directory);
  const logSize = statIfThere(logFile)?.size ?? 0;
  let shell: StartedShell;
  try {
    shell = await start();
  } catch {
    // The step will meet the same, and tell it.
    group?.remove();
    return undefined;
  }
  const logWas = fstatSync(shell.log);
  let isTaken = false;
  /** Ends it; what it wrote while it waited is no output of the step. Gives whether the log is still there. */
  const end = async (): Promise<boolean> => {
    await dropShell(shell);
    if (!isSame(logWas, logFile)) return false;
    return isDone(() => truncateSync(logFile, logSize));
  };
  return {
    group,
    async take() {
      isTaken = true;
      const isFit =
        shell.pid !== undefined && !shell.hasEnded && isSame(directoryWas, directory) && isSame(logWas, logFile);
      if (isFit) return shell;
      await end();
      return undefined;
    },
    async drop() {
      if (isTaken) return;
      isTaken = true;
      // No step has started that an empty log could tell of.
      if ((await end()) && logSize === 0) isDone(() => rmSync(logFile, { force: true }));
      group?.remove();
    },
  };
}

/**
 * Whether a path still leads to the file or folder that it led to; steps can remove it and make it anew. The shell holds both open, so that no
 * other gets the number of one that is gone.
 */
function isSame(was: Stats | undefined, path: string): boolean {
  const is = statIfThere(path);
  return is !== undefined && is.ino === was?.ino && is.dev === was.dev;
}

/** Where a path leads; `undefined` also where nobody can say, as behind a folder that steps have locked. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether something could be done that no step's fate hangs on. */
function isDone(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

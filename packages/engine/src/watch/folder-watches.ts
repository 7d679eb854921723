import { watch, type FSWatcher } from "node:fs";
import path from "node:path";

/** So many signs at once, and the system may have left some out: Linux keeps 16,384 that nobody has taken yet. */
const CROWD = 8_000;

/** Codes that say that the system gives no more watches. */
const EXHAUSTED: ReadonlySet<string> = new Set(["ENOSPC", "EMFILE", "ENFILE", "ENOMEM", "ENOSYS"]);

/** Folders that the operating system tells of, one by one: none of their subfolders. */
export interface FolderWatches {
  /** Watches a folder from now on, if it is there; called before it is read, so that nothing falls in between. */
  readonly open: (folder: string) => void;
  /** Begins a round: what has become doubtful since the last one is watched anew by {@link FolderWatches.open}. */
  readonly begin: () => void;
  /** Ends a round: folders that were not opened in it are watched no longer. */
  readonly end: () => void;
  readonly close: () => void;
  /** How many folders are watched. */
  readonly size: () => number;
}

/** Who is told. */
export interface FolderWatchesOptions {
  /** Something stirred in a folder; `name` is what, where that is known. */
  readonly onStir: (folder: string, name: string | undefined) => void;
  /** The system gives no more watches: all are closed, and nothing is told from now on. */
  readonly onExhausted: (code: string) => void;
}

/** Opens no watch yet. Paths are absolute. */
export function createFolderWatches({ onStir, onExhausted }: FolderWatchesOptions): FolderWatches {
  const watches = new Map<string, FSWatcher>();
  let visited = new Set<string>();
  /** Folders that may no longer be what is watched under their names, with all that is in them. */
  let doubted = new Set<string>();
  let doubtedNow: ReadonlySet<string> = new Set();
  let isEverythingDoubted = false;
  let stirs = 0;
  let isClosed = false;

  const close = (): void => {
    isClosed = true;
    for (const one of watches.values()) one.close();
    watches.clear();
  };
  const drop = (folder: string): void => {
    watches.get(folder)?.close();
    watches.delete(folder);
  };
  const fail = (folder: string, error: unknown): void => {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (EXHAUSTED.has(code)) {
      if (isClosed) return;
      close();
      onExhausted(code);
    } else {
      // It is gone, is no folder or may not be read; the one above it tells when that changes.
      drop(folder);
    }
  };
  const isDoubted = (folder: string): boolean => {
    for (let one = folder; ; one = path.dirname(one)) {
      if (doubtedNow.has(one)) return true;
      if (one === path.dirname(one)) return false;
    }
  };
  const open = (folder: string): void => {
    if (isClosed) return;
    visited.add(folder);
    if (watches.has(folder)) {
      if (doubtedNow.size === 0 || !isDoubted(folder)) return;
      drop(folder);
    }
    try {
      const one = watch(folder, { persistent: true }, (event, name) => {
        stirs += 1;
        if (stirs > CROWD) isEverythingDoubted = true;
        if (event === "rename") {
          if (name === null || name === path.basename(folder)) doubted.add(folder);
          if (name !== null && watches.has(path.join(folder, name))) doubted.add(path.join(folder, name));
        }
        onStir(folder, name ?? undefined);
      });
      one.on("error", (error) => {
        doubted.add(folder);
        fail(folder, error);
        onStir(folder, undefined);
      });
      watches.set(folder, one);
    } catch (error) {
      fail(folder, error);
    }
  };
  return {
    open,
    begin: () => {
      doubtedNow = isEverythingDoubted ? new Set(watches.keys()) : doubted;
      doubted = new Set();
      isEverythingDoubted = false;
      stirs = 0;
      visited = new Set();
    },
    end: () => {
      for (const folder of watches.keys()) if (!visited.has(folder)) drop(folder);
      doubtedNow = new Set();
    },
    close,
    size: () => watches.size,
  };
}

import { realFiles, type FileAccess } from "../src/files/file-access.ts";

/** Where a process dies: at its `step`th file operation, before or after it, or in the middle of it. */
export interface Crash {
  readonly step: number;
  readonly moment: "before" | "after" | "half-way";
}

/** The real file system for a process that dies at `crash`, and does nothing any more from then on. */
export function crashingFiles(crash: Crash | undefined, onRename: (to: string) => void): FileAccess {
  let stepCount = 0;
  let isDead = false;
  function step<T>(operation: () => T, halfOf?: () => void): T {
    if (isDead) throw new Error("The process is gone");
    const dies = stepCount === crash?.step;
    stepCount += 1;
    if (!dies) return operation();
    isDead = true;
    if (crash.moment === "after") operation();
    else if (crash.moment === "half-way") halfOf?.();
    throw new Error("The process dies");
  }
  return {
    read: (path) => step(() => realFiles.read(path)),
    list: (folder) => step(() => realFiles.list(folder)),
    makeFolder: (path) => step(() => realFiles.makeFolder(path)),
    write: (path, text) =>
      step(
        () => realFiles.write(path, text),
        () => realFiles.write(path, text.slice(0, text.length / 2)),
      ),
    rename: (from, to) =>
      step(() => {
        realFiles.rename(from, to);
        onRename(to);
      }),
    remove: (path) => step(() => realFiles.remove(path)),
  };
}

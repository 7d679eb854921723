import type { ProcFiles } from "./proc-files.ts";
import type { Storage } from "./process-sample.ts";

/** What children of this process that ended took, with what they waited for. */
export interface ChildReading {
  readonly cpuMs: number;
  /** The part of `cpuMs` that the kernel spent; absent where it is not told. */
  readonly systemCpuMs?: number | undefined;
  readonly storage: Storage | undefined;
}

/** What `getrusage` counts storage in, in bytes. */
const BLOCK_BYTES = 512;

/** Reads what children that ended took since the reading before; `undefined` at the first one, and where it is not told. */
export function createChildReadings(files: ProcFiles): () => ChildReading | undefined {
  let before: ChildReading | undefined;
  const current = (): ChildReading | undefined => {
    const stat = files.stat("self");
    if (stat === undefined) return undefined;
    // The file holds the children as well; the other call knows this process alone.
    const all = files.storage("self");
    const { fsRead, fsWrite } = process.resourceUsage();
    const storage =
      typeof all === "object"
        ? { readBytes: all.readBytes - BLOCK_BYTES * fsRead, writeBytes: all.writeBytes - BLOCK_BYTES * fsWrite }
        : undefined;
    return { cpuMs: stat.childrenCpuMs, systemCpuMs: stat.childrenSystemMs, storage };
  };
  return () => {
    const last = before;
    before = current();
    if (before === undefined || last === undefined) return undefined;
    const { storage } = before;
    return {
      cpuMs: Math.max(0, before.cpuMs - last.cpuMs),
      systemCpuMs:
        before.systemCpuMs === undefined || last.systemCpuMs === undefined
          ? undefined
          : Math.max(0, before.systemCpuMs - last.systemCpuMs),
      storage:
        storage === undefined || last.storage === undefined
          ? undefined
          : {
              readBytes: Math.max(0, storage.readBytes - last.storage.readBytes),
              writeBytes: Math.max(0, storage.writeBytes - last.storage.writeBytes),
            },
    };
  };
}

import { readFileSync } from "node:fs";
import { parseStat } from "./parse-stat.ts";
import { readKernelUnits } from "./proc-files.ts";

/**
 * CPU time of the thread that calls it, in milliseconds; for worker threads, whose time is otherwise that of the whole process. From Node
 * itself where it tells, else from Linux to a hundredth of a second. `undefined` where neither tells.
 */
export function readThreadCpuMs(): number | undefined {
  const { threadCpuUsage } = process as { readonly threadCpuUsage?: () => NodeJS.CpuUsage };
  try {
    if (threadCpuUsage !== undefined) {
      const { user, system } = threadCpuUsage.call(process);
      return (user + system) / 1_000;
    }
    // The link leads to the thread that asks.
    return parseStat(readFileSync("/proc/thread-self/stat", "latin1"), readKernelUnits())?.ownCpuMs;
  } catch {
    return undefined;
  }
}

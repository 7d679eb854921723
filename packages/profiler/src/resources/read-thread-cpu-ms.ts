import { readFileSync } from "node:fs";
import { parseStat } from "./parse-stat.ts";
import { readKernelUnits } from "./proc-files.ts";

/**
 * CPU time of the thread that calls it, in milliseconds, to a hundredth of a second; for worker threads, whose time is otherwise that of
 * the whole process. `undefined` where the system does not tell.
 */
export function readThreadCpuMs(): number | undefined {
  try {
    // The link leads to the thread that asks.
    return parseStat(readFileSync("/proc/thread-self/stat", "latin1"), readKernelUnits())?.ownCpuMs;
  } catch {
    return undefined;
  }
}

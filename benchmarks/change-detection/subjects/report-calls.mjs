import { performance } from "node:perf_hooks";
import process from "node:process";

/**
 * Calls several times in this process and prints one line of JSON: wall milliseconds of each call, peak memory of this process after
 * the first call and after the last, and the paths that the last call gave.
 * @template T
 * @param {string} calls How many.
 * @param {() => Promise<T>} detect
 * @param {(result: T) => readonly string[]} pathsOf
 */
export async function reportCalls(calls, detect, pathsOf) {
  const callsMs = [];
  let result;
  let firstPeakMiB = 0;
  for (let call = 0; call < Number(calls); call += 1) {
    const startMs = performance.now();
    result = await detect();
    callsMs.push(performance.now() - startMs);
    if (call === 0) firstPeakMiB = peakMiB();
  }
  const report = { callsMs, firstPeakMiB, peakMiB: peakMiB(), paths: [...new Set(pathsOf(result))] };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** libuv gives kibibytes on every platform. */
function peakMiB() {
  return process.resourceUsage().maxRSS / 1_024;
}

import type { ResourceUsage, RunResourcesRecord } from "@ai-workflow/profiler";

/**
 * What several attempts of a step, or several steps, took: times and bytes add up, peaks are the highest. A sum of which a part is unknown
 * is unknown. The method is that of the last.
 */
export function addUsage(before: ResourceUsage | undefined, now: ResourceUsage): ResourceUsage {
  if (before === undefined) return now;
  return {
    method: now.method,
    cpuMs: sum(before.cpuMs, now.cpuMs),
    systemCpuMs: sum(before.systemCpuMs, now.systemCpuMs),
    peakMemoryBytes: highest(before.peakMemoryBytes, now.peakMemoryBytes),
    readBytes: sum(before.readBytes, now.readBytes),
    writeBytes: sum(before.writeBytes, now.writeBytes),
    peakProcesses: highest(before.peakProcesses, now.peakProcesses),
    samples: before.samples + now.samples,
    // Absent where nothing was estimated.
    estimatedCpuMs: (before.estimatedCpuMs ?? 0) + (now.estimatedCpuMs ?? 0) || undefined,
  };
}

/**
 * What the steps of a run took together, and the tool itself so far; `undefined` when no step was measured.
 *
 * @param usages - one for each step
 * @param peakMemoryBytes - largest memory of all steps at the same time, where it was seen
 */
export function sumResources(
  usages: readonly ResourceUsage[],
  peakMemoryBytes: number | undefined,
): RunResourcesRecord | undefined {
  if (usages.length === 0) return undefined;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const total = usages.reduce((all, usage) => addUsage(all, usage));
  return {
    cpuMs: total.cpuMs,
    peakMemoryBytes,
    readBytes: total.readBytes,
    writeBytes: total.writeBytes,
    toolCpuMs: (userCPUTime + systemCPUTime) / 1_000,
    // In KiB on every platform.
    toolPeakMemoryBytes: maxRSS * 1_024,
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function highest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

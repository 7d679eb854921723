import { readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import type { MachineFacts } from "./machine-checks.ts";
import { readCgroupLimits } from "../machine/read-cgroup-limits.ts";

/** Looks at the machine; on Linux also at what the kernel is set to. */
export function readMachineFacts(): MachineFacts {
  const { cpus, memoryBytes } = readCgroupLimits();
  return {
    cpuCount: availableParallelism(),
    cpuQuota: cpus,
    memoryBytes: totalmem(),
    memoryLimitBytes: memoryBytes,
    // Memory that caches of files take is free for whoever needs it.
    availableBytes: Math.min(availableOnLinux() ?? freemem(), memoryBytes ?? Number.POSITIVE_INFINITY),
    openFiles: openFilesOf(),
    linux: process.platform === "linux" ? readKernelFacts() : undefined,
  };
}

function availableOnLinux(): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(read("/proc/meminfo") ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** The hard limit: Node.js raises its own soft one to it when it starts, and what it starts inherits that. */
function openFilesOf(): number | undefined {
  const limit = /^Max open files\s+\S+\s+(\d+)/m.exec(read("/proc/self/limits") ?? "")?.[1];
  return limit === undefined ? undefined : Number(limit);
}

function readKernelFacts(): NonNullable<MachineFacts["linux"]> {
  const numberIn = (file: string): number | undefined => {
    const text = read(file)?.trim();
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const frequency = "/sys/devices/system/cpu/cpu0/cpufreq";
  const swaps = (read("/proc/swaps") ?? "").split("\n").slice(1);
  return {
    governor: read(`${frequency}/scaling_governor`)?.trim(),
    scalingDriver: read(`${frequency}/scaling_driver`)?.trim(),
    swappiness: numberIn("/proc/sys/vm/swappiness"),
    swaps: swaps.map((line) => line.split(/\s/)[0] ?? "").filter((name) => name !== ""),
    dirtyRatio: numberIn("/proc/sys/vm/dirty_ratio"),
    dirtyBackgroundRatio: numberIn("/proc/sys/vm/dirty_background_ratio"),
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

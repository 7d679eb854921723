import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";
import type { EnvironmentRecord } from "@ai-workflow/profiler";

/** The machine and runtime as the record keeps them. */
export function readMachine(environment: Readonly<Record<string, string | undefined>>): EnvironmentRecord {
  const [first] = cpus();
  return {
    platform: platform(),
    arch: arch(),
    nodeVersion: process.version,
    cpuModel: first?.model.trim() ?? "unknown",
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage1m: loadavg()[0] ?? 0,
    ci: isTruthy(environment["CI"]),
  };
}

function isTruthy(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value.toLowerCase() !== "false";
}

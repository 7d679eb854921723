import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, platform, totalmem } from "node:os";
import type { EnvironmentRecord } from "@ai-workflow/profiler";
import { readCgroupLimits } from "./read-cgroup-limits.ts";
import { usableCores } from "./usable-cores.ts";

/** The machine and runtime as the record keeps them: of cores and memory what this process may use, which plans go by. */
export function readMachine(environment: Readonly<Record<string, string | undefined>>): EnvironmentRecord {
  const [first] = cpus();
  const limits = readCgroupLimits();
  return {
    platform: platform(),
    arch: arch(),
    nodeVersion: process.version,
    cpuModel: first?.model.trim() ?? "unknown",
    cpuCount: usableCores(limits),
    memoryBytes: Math.min(totalmem(), limits.memoryBytes ?? Number.POSITIVE_INFINITY),
    loadAverage1m: loadavg()[0] ?? 0,
    pressure: readPressure(),
    ci: isTruthy(environment["CI"]),
  };
}

function isTruthy(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value.toLowerCase() !== "false";
}

/** What waited for what in the last ten seconds; `undefined` where the kernel does not tell. */
function readPressure(): EnvironmentRecord["pressure"] {
  if (platform() !== "linux") return undefined;
  const cpu = readSome("cpu");
  // Either all files exist or none.
  if (cpu === undefined) return undefined;
  return { cpu, io: readSome("io") ?? 0, memory: readSome("memory") ?? 0 };
}

function readSome(what: string): number | undefined {
  try {
    const text = readFileSync(`/proc/pressure/${what}`, "latin1");
    const share = Number(/^some avg10=([\d.]+)/.exec(text)?.[1]);
    return Number.isFinite(share) ? share : undefined;
  } catch {
    return undefined;
  }
}

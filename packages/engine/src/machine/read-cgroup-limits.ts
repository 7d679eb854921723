import { readFileSync } from "node:fs";
import path from "node:path";

/** What the group of processes that this one is in may take, the groups above it taken into account. */
export interface CgroupLimits {
  /** CPUs' worth of time; `undefined` without a limit. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
}

/** Version 1 writes this, rounded to pages, where there is no limit. */
const NO_LIMIT = 2 ** 62;

/**
 * Reads the limits of control groups, version 2 or 1; without any where the system has none.
 *
 * Source: the kernel's documents on control groups v2 (`cpu.max`, `memory.max`) and v1 (`cpu.cfs_quota_us`, `memory.limit_in_bytes`).
 *
 * @param root - where `proc` and `sys` are
 */
export function readCgroupLimits(root: string = "/"): CgroupLimits {
  const groups = read(path.join(root, "proc/self/cgroup"));
  // Systems other than Linux have none, and no limit either.
  if (groups === undefined) return { cpus: undefined, memoryBytes: undefined };
  const mount = path.join(root, "sys/fs/cgroup");
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1];
  const cpus: number[] = [];
  const memory: number[] = [];
  if (unified !== undefined) {
    for (const folder of upwards(mount, unified)) {
      const [quota, period] = (read(path.join(folder, "cpu.max")) ?? "").trim().split(" ").map(Number);
      if (isPositive(quota) && isPositive(period)) cpus.push(quota / period);
      const limit = Number(read(path.join(folder, "memory.max"))?.trim());
      if (isPositive(limit)) memory.push(limit);
    }
  }
  const groupOf = (controller: string): string =>
    new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(/.*)$`, "m").exec(groups)?.[1] ?? "/";
  for (const folder of upwards(path.join(mount, "cpu"), groupOf("cpu"))) {
    const quota = Number(read(path.join(folder, "cpu.cfs_quota_us"))?.trim());
    const period = Number(read(path.join(folder, "cpu.cfs_period_us"))?.trim());
    if (isPositive(quota) && isPositive(period)) cpus.push(quota / period);
  }
  for (const folder of upwards(path.join(mount, "memory"), groupOf("memory"))) {
    const limit = Number(read(path.join(folder, "memory.limit_in_bytes"))?.trim());
    if (isPositive(limit) && limit < NO_LIMIT) memory.push(limit);
  }
  return { cpus: least(cpus), memoryBytes: least(memory) };
}

/** The folder of a group and of all above it. A container sees its own group as the root, whatever its name outside is. */
function upwards(mount: string, group: string): readonly string[] {
  const parts = group.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, left) =>
    path.join(mount, ...parts.slice(0, parts.length - left)),
  );
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

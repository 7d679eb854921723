import { availableParallelism } from "node:os";
import { readCgroupLimits, type CgroupLimits } from "./read-cgroup-limits.ts";

/**
 * Cores that this process can keep busy: those that it may be scheduled on, and no more than the quota of its control group, rounded up,
 * allows (containers, CI machines, services with `CPUQuota`). At least 1. It is how many steps a run starts at a time where nothing else
 * is said.
 *
 * @param limits - of the process's control group, by default read from the system
 */
export function usableCores(limits: Pick<CgroupLimits, "cpus"> = readCgroupLimits()): number {
  // Steps wait for disk and network too, so that part of a core is worth a step.
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(limits.cpus ?? Number.POSITIVE_INFINITY)));
}

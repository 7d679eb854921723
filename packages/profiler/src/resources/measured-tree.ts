import type { ResourceMethod, ResourceUsage } from "../resource-usage.ts";
import type { Cgroup, CgroupUsage } from "./cgroup.ts";
import { createTreeAccount, type TreeAccount } from "./tree-account.ts";

/** A tree of processes that is being measured. Times are readings of the monitor's clock in milliseconds. */
export interface MeasuredTree {
  readonly label: string;
  /** `NAME=value` in the environment of its processes. */
  readonly marker: string | undefined;
  readonly cgroup: Cgroup | undefined;
  readonly beganMs: number;
  readonly account: TreeAccount;
  rootPid: number | undefined;
  lastLookMs: number;
  /** What the last sample told, and when. */
  told: { readonly atMs: number; readonly cpuMs: number };
  toldStorage: { readonly atMs: number; readonly bytes: number };
  /** Whether what the first process took in the end is known. */
  isSettled: boolean;
  /** CPU time that could only be shared out. */
  estimatedCpuMs: number;
  /** CPU time of threads; `undefined` where there were none. */
  threadCpuMs: number | undefined;
  /** Largest memory that one of its processes ever had. */
  highWaterBytes: number;
}

/** A tree without processes. */
export function createMeasuredTree(given: Pick<MeasuredTree, "label" | "marker" | "cgroup" | "beganMs">): MeasuredTree {
  const { beganMs } = given;
  const tree: MeasuredTree = {
    ...given,
    // This process waits for all its children, also for those that a worker thread started.
    account: createTreeAccount(({ pid, parentPid }) => pid === tree.rootPid || parentPid === process.pid),
    rootPid: undefined,
    lastLookMs: beganMs,
    told: { atMs: beganMs, cpuMs: 0 },
    toldStorage: { atMs: beganMs, bytes: 0 },
    isSettled: false,
    estimatedCpuMs: 0,
    threadCpuMs: undefined,
    highWaterBytes: 0,
  };
  return tree;
}

/** What one look at a group and one at its processes may differ by: a clock tick. */
const TICK_MS = 10;

/**
 * What the tree took; `undefined` when nothing of it was seen. A group tells CPU time exactly, except for processes that never joined or left
 * it: what was seen of the processes is more then. Memory and storage are those of the processes where they were seen, for a group counts
 * files in the page cache as memory, and writing only when it happens, which may be after the end.
 */
export function toUsage(tree: MeasuredTree, method: Exclude<ResourceMethod, "thread">): ResourceUsage | undefined {
  const { account, rootPid, isSettled, threadCpuMs, estimatedCpuMs, highWaterBytes } = tree;
  const isThread = rootPid === undefined && threadCpuMs !== undefined;
  const group = tree.cgroup?.read();
  const totals = account.totals();
  const exact =
    group !== undefined && group.cpuMs > 0 && group.cpuMs + TICK_MS >= account.seenCpuMs ? group : undefined;
  if (!isThread && account.looks === 0 && !isSettled && exact === undefined) return undefined;
  const storage = account.knowsStorage ? totals : exact?.storage;
  const cpuMs = (exact?.cpuMs ?? totals.cpuMs) + (threadCpuMs ?? 0);
  const systemCpuMs = toSystemCpuMs(tree, exact);
  const peakMemoryBytes =
    account.peakMemoryBytes === undefined ? exact?.peakMemoryBytes : Math.max(account.peakMemoryBytes, highWaterBytes);
  return {
    method: isThread ? "thread" : method === "cgroup" && exact === undefined ? "proc" : method,
    cpuMs: round(cpuMs),
    ...(systemCpuMs === undefined ? {} : { systemCpuMs: round(Math.min(systemCpuMs, cpuMs)) }),
    ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    ...(storage === undefined
      ? {}
      : { readBytes: Math.round(storage.readBytes), writeBytes: Math.round(storage.writeBytes) }),
    ...(account.looks > 0 ? { peakProcesses: account.peakProcesses } : {}),
    samples: account.looks,
    ...(estimatedCpuMs > 0 && exact === undefined ? { estimatedCpuMs: round(estimatedCpuMs) } : {}),
  };
}

/** Of threads only the whole is told. */
function toSystemCpuMs(
  { account, threadCpuMs }: MeasuredTree,
  exact: Pick<CgroupUsage, "systemCpuMs"> | undefined,
): number | undefined {
  if (threadCpuMs !== undefined) return undefined;
  if (exact !== undefined) return exact.systemCpuMs;
  return account.knowsSystem ? account.totals().systemCpuMs : undefined;
}

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

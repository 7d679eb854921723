import type { ResourceMethod, ResourceUsage } from "../resource-usage.ts";
import type { Cgroup } from "./cgroup.ts";
import { createTreeAccount, type TreeAccount } from "./tree-account.ts";

/** A tree of processes that is being measured. Times are readings of the monitor's clock in milliseconds. */
export interface MeasuredTree {
  readonly label: string;
  /** `NAME=value` in the environment of its processes. */
  readonly marker: string | undefined;
  readonly cgroup: Cgroup | undefined;
  readonly beganMs: number;
  account: TreeAccount;
  rootPid: number | undefined;
  lastLookMs: number;
  /** What the last sample told, and when. */
  told: { readonly atMs: number; readonly cpuMs: number };
  toldStorage: { readonly atMs: number; readonly bytes: number };
  /** Whether what the first process took in the end is known. */
  isSettled: boolean;
  /** CPU time that could only be shared out. */
  estimatedCpuMs: number;
  /** CPU time of threads. */
  threadCpuMs: number;
  /** Largest memory that one of its processes ever had. */
  highWaterBytes: number;
}

/** A tree without processes. */
export function createMeasuredTree(given: Pick<MeasuredTree, "label" | "marker" | "cgroup" | "beganMs">): MeasuredTree {
  const { beganMs } = given;
  return {
    ...given,
    account: createTreeAccount(undefined),
    rootPid: undefined,
    lastLookMs: beganMs,
    told: { atMs: beganMs, cpuMs: 0 },
    toldStorage: { atMs: beganMs, bytes: 0 },
    isSettled: false,
    estimatedCpuMs: 0,
    threadCpuMs: 0,
    highWaterBytes: 0,
  };
}

/** What the tree took; `undefined` when nothing of it was seen. */
export function toUsage(tree: MeasuredTree, method: Exclude<ResourceMethod, "thread">): ResourceUsage | undefined {
  const { account, rootPid, threadCpuMs, estimatedCpuMs, highWaterBytes } = tree;
  const isThread = rootPid === undefined && threadCpuMs > 0;
  if (rootPid === undefined && !isThread && account.looks === 0) return undefined;
  const group = tree.cgroup?.read();
  // A first process that could not join leaves the group empty.
  const exact = group !== undefined && group.cpuMs > 0 ? group : undefined;
  const totals = account.totals();
  const storage = exact?.storage ?? (account.knowsStorage ? totals : undefined);
  const seenBytes =
    account.peakMemoryBytes === undefined ? undefined : Math.max(account.peakMemoryBytes, highWaterBytes);
  const peakMemoryBytes = exact?.peakMemoryBytes ?? seenBytes;
  // `ps` that never saw a process knows nothing of its time.
  const knowsCpu = isThread || method !== "ps" || account.looks > 0;
  return {
    method: isThread ? "thread" : method === "cgroup" && exact === undefined ? "proc" : method,
    ...(knowsCpu ? { cpuMs: round((exact?.cpuMs ?? totals.cpuMs) + threadCpuMs) } : {}),
    ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    ...(storage === undefined
      ? {}
      : { readBytes: Math.round(storage.readBytes), writeBytes: Math.round(storage.writeBytes) }),
    ...(account.looks > 0 ? { peakProcesses: account.peakProcesses } : {}),
    samples: account.looks,
    ...(estimatedCpuMs > 0 && exact === undefined ? { estimatedCpuMs: round(estimatedCpuMs) } : {}),
  };
}

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

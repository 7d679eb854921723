import type { AreaCheck } from "./check.ts";
import { countOf } from "../text/count-of.ts";

/** What is known of the machine. Memory in bytes. */
export interface MachineFacts {
  /** Processors that this process may be scheduled on. */
  readonly cpuCount: number;
  /** CPUs' worth of time that the process's group may take, which runs keep to; `undefined` without a limit. */
  readonly cpuQuota: number | undefined;
  readonly memoryBytes: number;
  /** What the process's group may take, which runs keep to; `undefined` without a limit. */
  readonly memoryLimitBytes: number | undefined;
  readonly availableBytes: number;
  /** Files a process may have open, the limit to which it may raise its own; `undefined` where the system does not tell or has none. */
  readonly openFiles: number | undefined;
  /** Where Linux tells. */
  readonly linux:
    | {
        readonly governor: string | undefined;
        readonly scalingDriver: string | undefined;
        readonly swappiness: number | undefined;
        /** Devices and files of swap. */
        readonly swaps: readonly string[];
        /** In percent of memory; 0 where bytes are set instead. */
        readonly dirtyRatio: number | undefined;
        readonly dirtyBackgroundRatio: number | undefined;
      }
    | undefined;
}

/** What the configuration and the environment say of the machine. */
export interface MachineSettings {
  readonly maxParallelJobs: number | undefined;
  readonly maxMemoryMb: number | undefined;
}

const MB = 2 ** 20;
const GB = 2 ** 30;
/** Free memory below which a step may be ended for lack of it. */
const LITTLE_MEMORY = 512 * MB;
/** Open files below which test runners and bundlers with many workers run out. */
const FEW_OPEN_FILES = 4_096;
/** Unwritten bytes from which whoever waits for the disk waits for seconds, at some 200 MB/s of an ordinary disk. */
const MANY_DIRTY = 4 * GB;
/** Above the kernel's default of 60 memory of programs goes to swap rather than caches of files. */
const SWAPPINESS = 60;

/** Judges cores, memory, limits and, on Linux, settings of the kernel. Pure. */
export function checkMachine(facts: MachineFacts, settings: MachineSettings): readonly AreaCheck[] {
  return [
    checkCores(facts, settings),
    checkMemory(facts, settings),
    ...checkOpenFiles(facts),
    ...(facts.linux === undefined ? [] : checkKernel(facts, facts.linux)),
  ];
}

function checkCores({ cpuCount, cpuQuota }: MachineFacts, { maxParallelJobs }: MachineSettings): AreaCheck {
  const id = "cores";
  const usable = Math.min(cpuCount, cpuQuota ?? cpuCount);
  const words =
    cpuQuota === undefined || cpuQuota >= cpuCount ? countOf(cpuCount, "core") : quotaOf(cpuCount, cpuQuota);
  const jobs = Math.max(1, Math.ceil(usable));
  const mend = `optimizations: { performance: { max_parallel_jobs: ${jobs} } } in the configuration, or MAX_PARALLEL_JOBS=${jobs}`;
  // Steps that wait for a network leave room for others, so that somewhat more than there are cores is no mistake.
  if (maxParallelJobs !== undefined && maxParallelJobs > 2 * jobs) {
    const message = `${words}, and up to ${maxParallelJobs} steps at a time, which take the cores from each other`;
    return { id, state: "advice", message, mend };
  }
  const steps = `${countOf(maxParallelJobs ?? jobs, "step")} at a time`;
  return { id, state: "ok", message: `${words}, ${steps}` };
}

function quotaOf(cpuCount: number, cpuQuota: number): string {
  return `${countOf(cpuCount, "core")}, of which the time of ${Number(cpuQuota.toFixed(2))} may be used`;
}

function checkMemory(
  { memoryBytes, memoryLimitBytes, availableBytes }: MachineFacts,
  { maxMemoryMb }: MachineSettings,
): AreaCheck {
  const id = "memory";
  const isLimited = memoryLimitBytes !== undefined && memoryLimitBytes < memoryBytes;
  const usable = isLimited ? memoryLimitBytes : memoryBytes;
  const words = isLimited
    ? `${gigabytes(memoryBytes)} of memory, of which ${gigabytes(usable)} may be used`
    : `${gigabytes(memoryBytes)} of memory`;
  const mend = `optimizations: { performance: { max_memory_mb: ${Math.floor(usable / MB)} } } in the configuration`;
  if (maxMemoryMb !== undefined && maxMemoryMb * MB > usable) {
    return { id, state: "advice", message: `${words}, and steps may be given ${maxMemoryMb} MB at a time`, mend };
  }
  if (availableBytes < LITTLE_MEMORY) {
    const message = `${words}, and only ${Math.floor(availableBytes / MB)} MB of it free: steps may be ended by the system`;
    return { id, state: "advice", message, mend: "end other programs, or run fewer steps at a time (--concurrency 1)" };
  }
  return { id, state: "ok", message: `${words}, ${gigabytes(availableBytes)} of it free` };
}

function checkOpenFiles({ openFiles }: MachineFacts): readonly AreaCheck[] {
  const id = "open-files";
  if (openFiles === undefined) return [];
  if (openFiles >= FEW_OPEN_FILES) return [{ id, state: "ok", message: `${openFiles} open files a process` }];
  return [
    {
      id,
      state: "advice",
      message: `a process may have ${openFiles} files open, and the steps of a run no more than that: tests with many workers may run out`,
      mend: `raise the hard limit: \`ulimit -Hn 65536\` before the shell starts, LimitNOFILE of its service, or \`docker run --ulimit nofile=65536\``,
    },
  ];
}

type KernelFacts = NonNullable<MachineFacts["linux"]>;

function checkKernel(
  { memoryBytes }: MachineFacts,
  { governor, scalingDriver, swappiness, swaps, dirtyBackgroundRatio, dirtyRatio }: KernelFacts,
): readonly AreaCheck[] {
  const checks: AreaCheck[] = [];
  if (governor !== undefined) {
    // With these two `powersave` is the one that adapts to the load.
    const adapts = scalingDriver === "intel_pstate" || scalingDriver === "amd-pstate-epp";
    const isSlow = governor === "powersave" && !adapts;
    checks.push({
      id: "cpu-governor",
      ...(isSlow
        ? {
            state: "advice",
            message: "the CPU governor is powersave: cores stay at their lowest speed",
            mend: "cpupower frequency-set --governor schedutil (an administrator may)",
          }
        : { state: "ok", message: `CPU governor ${governor}` }),
    });
  }
  // Compressed memory is cheap to swap to, and a high value is what the kernel's documents say for it.
  const onDisk = swaps.filter((swap) => !swap.startsWith("/dev/zram"));
  if (swappiness !== undefined && onDisk.length > 0) {
    checks.push({
      id: "swappiness",
      ...(swappiness > SWAPPINESS
        ? {
            state: "advice",
            message: `vm.swappiness is ${swappiness}: memory of running steps goes to the swap on disk early`,
            mend: "sysctl vm.swappiness=10 (an administrator may)",
          }
        : { state: "ok", message: `vm.swappiness ${swappiness}` }),
    });
  }
  if (dirtyRatio !== undefined && dirtyBackgroundRatio !== undefined) {
    const background = (dirtyBackgroundRatio / 100) * memoryBytes;
    checks.push({
      id: "write-back",
      ...(background > MANY_DIRTY
        ? {
            state: "advice",
            message: `up to ${gigabytes(background)} wait in memory before they are written (vm.dirty_background_ratio ${dirtyBackgroundRatio}): what then waits for the disk waits long`,
            mend: "sysctl vm.dirty_background_bytes=268435456 vm.dirty_bytes=1073741824 (an administrator may)",
          }
        : { state: "ok", message: `write-back at ${dirtyBackgroundRatio} % and ${dirtyRatio} % of memory` }),
    });
  }
  return checks;
}

function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}

import type { ProcessSample, Storage } from "./process-sample.ts";

/** Sums of what a tree of processes took. */
export interface TreeTotals extends Storage {
  readonly cpuMs: number;
  /** The part of `cpuMs` that the kernel spent, as far as it was told. */
  readonly systemCpuMs: number;
}

/** What first processes took when they ended, with the children they waited for; `undefined` where that is not known. */
export interface RootFinal {
  readonly cpuMs: number | undefined;
  /** The part of `cpuMs` that the kernel spent. */
  readonly systemCpuMs?: number | undefined;
  readonly storage: Storage | undefined;
}

/** Keeps account of one tree of processes from looks at the processes that live. Pure: it looks at nothing itself. */
export interface TreeAccount {
  /** Takes one look: all processes of the tree that live now. */
  look(members: readonly ProcessSample[]): void;
  /** What is counted so far; never less than before. */
  totals(): TreeTotals;
  /** What was last seen of first processes that ended and of those that went with them, and is not settled. */
  endedWithRoot(): TreeTotals;
  /** First processes have ended: what they took in the end replaces what was last seen of them, where it is more. */
  settle(final: RootFinal): void;
  /** The part of the CPU time in `totals` that was seen of the processes themselves, in milliseconds. */
  readonly seenCpuMs: number;
  /** Memory of all at the look where it was largest, in bytes; `undefined` before the first process was seen. */
  readonly peakMemoryBytes: number | undefined;
  /** Memory of all at the last look, in bytes. */
  readonly memoryBytes: number;
  readonly peakProcesses: number;
  /** Processes at the last look. */
  readonly processes: number;
  /** Looks with at least one process. */
  readonly looks: number;
  /** Whether any look told of storage. */
  readonly knowsStorage: boolean;
  /** Whether all that told of CPU time told what of it the kernel spent. */
  readonly knowsSystem: boolean;
}

/** A living process that can have taken over what another one took, whoever waits for first processes, or nobody of whom is known. */
type Heir = number | "outside" | "nobody";

interface Amounts {
  cpuMs: number;
  systemCpuMs: number;
  readBytes: number;
  writeBytes: number;
}

const none = (): Amounts => ({ cpuMs: 0, systemCpuMs: 0, readBytes: 0, writeBytes: 0 });
const NO_STORAGE: Storage = { readBytes: 0, writeBytes: 0 };

/**
 * CPU time moves when a process ends: whoever waits for it takes it over into the time of its children. So what lives (itself and the
 * children it waited for) is everything, except for what was never waited for, or by somebody outside of the tree. What a look misses is
 * therefore compared with how much the nearest living ancestor took over since the look before: the difference was lost, and is kept here
 * as last seen. What a process took after the last look at it, and nobody took over, is lost.
 *
 * @param isRoot - whether it is a first process, for which somebody outside of the tree waits, who tells what it took by `settle`
 */
export function createTreeAccount(isRoot: (sample: ProcessSample) => boolean): TreeAccount {
  let last = new Map<number, ProcessSample>();
  const gone = none();
  const withRoot = none();
  let unseenCpuMs = 0;
  let peakMemoryBytes: number | undefined;
  let memoryBytes = 0;
  let peakProcesses = 0;
  let looks = 0;
  let knowsStorage = false;
  let knowsSystem = true;

  /** What was last seen of processes that ended, by who can have taken it over. */
  const groupEnded = (now: ReadonlyMap<number, ProcessSample>): ReadonlyMap<Heir, Amounts> => {
    const groups = new Map<Heir, Amounts>();
    const isAlive = (seen: ProcessSample): boolean => now.get(seen.pid)?.startedAt === seen.startedAt;
    for (const seen of last.values()) {
      if (isAlive(seen)) continue;
      let heir = seen;
      let isRooted = isRoot(seen);
      // A circle of parents cannot be, except in data that lies.
      for (let steps = 0; !isAlive(heir) && steps < last.size; steps += 1) {
        isRooted ||= isRoot(heir);
        // Whoever waits for a first process is outside.
        const parent = isRooted ? undefined : last.get(heir.parentPid);
        if (parent === undefined || parent.pid === heir.pid) break;
        heir = parent;
      }
      const key = isAlive(heir) ? heir.pid : isRooted ? "outside" : "nobody";
      const sums = groups.get(key) ?? none();
      add(sums, totalOf(seen));
      groups.set(key, sums);
    }
    return groups;
  };

  return {
    look(members): void {
      const now = new Map(members.map((member) => [member.pid, carryStorage(member, last.get(member.pid))]));
      for (const [heirId, ended] of groupEnded(now)) {
        const heir = typeof heirId === "string" ? undefined : now.get(heirId);
        const before = heir === undefined ? undefined : last.get(heir.pid);
        if (heir !== undefined && before !== undefined) {
          const storage = heir.storage ?? NO_STORAGE;
          const storageBefore = before.storage ?? NO_STORAGE;
          gone.cpuMs += Math.max(0, ended.cpuMs - (heir.childrenCpuMs - before.childrenCpuMs));
          const tookOverMs = systemOf(heir.childrenSystemMs) - systemOf(before.childrenSystemMs);
          gone.systemCpuMs += Math.max(0, ended.systemCpuMs - tookOverMs);
          gone.readBytes += Math.max(0, ended.readBytes - (storage.readBytes - storageBefore.readBytes));
          gone.writeBytes += Math.max(0, ended.writeBytes - (storage.writeBytes - storageBefore.writeBytes));
        } else add(heirId === "outside" ? withRoot : gone, ended);
      }
      last = now;
      memoryBytes = 0;
      for (const { memoryBytes: own, storage, ownSystemMs } of now.values()) {
        memoryBytes += own;
        knowsStorage ||= storage !== undefined;
        knowsSystem &&= ownSystemMs !== undefined;
      }
      if (now.size === 0) return;
      looks += 1;
      peakProcesses = Math.max(peakProcesses, now.size);
      peakMemoryBytes = Math.max(peakMemoryBytes ?? 0, memoryBytes);
    },
    totals(): TreeTotals {
      const sums = none();
      add(sums, gone);
      add(sums, withRoot);
      for (const member of last.values()) add(sums, totalOf(member));
      return sums;
    },
    endedWithRoot: () => ({ ...withRoot }),
    settle({ cpuMs, systemCpuMs, storage }): void {
      unseenCpuMs += Math.max(0, (cpuMs ?? 0) - withRoot.cpuMs);
      withRoot.cpuMs = Math.max(withRoot.cpuMs, cpuMs ?? 0);
      withRoot.systemCpuMs = Math.max(withRoot.systemCpuMs, systemCpuMs ?? 0);
      knowsSystem &&= systemCpuMs !== undefined;
      withRoot.readBytes = Math.max(withRoot.readBytes, storage?.readBytes ?? 0);
      withRoot.writeBytes = Math.max(withRoot.writeBytes, storage?.writeBytes ?? 0);
      knowsStorage ||= storage !== undefined;
      add(gone, withRoot);
      Object.assign(withRoot, none());
    },
    get seenCpuMs() {
      return this.totals().cpuMs - unseenCpuMs;
    },
    get peakMemoryBytes() {
      return peakMemoryBytes;
    },
    get memoryBytes() {
      return memoryBytes;
    },
    get peakProcesses() {
      return peakProcesses;
    },
    get processes() {
      return last.size;
    },
    get looks() {
      return looks;
    },
    get knowsStorage() {
      return knowsStorage;
    },
    get knowsSystem() {
      return knowsSystem;
    },
  };
}

function totalOf(sample: ProcessSample): Amounts {
  const { ownCpuMs, childrenCpuMs, ownSystemMs, childrenSystemMs, storage = NO_STORAGE } = sample;
  const systemCpuMs = systemOf(ownSystemMs) + systemOf(childrenSystemMs);
  return { cpuMs: ownCpuMs + childrenCpuMs, systemCpuMs, ...storage };
}

/** Whether it is known is asked elsewhere. */
function systemOf(ms: number | undefined): number {
  return ms ?? 0;
}

function add(sums: Amounts, { cpuMs, systemCpuMs, readBytes, writeBytes }: TreeTotals): void {
  sums.cpuMs += cpuMs;
  sums.systemCpuMs += systemCpuMs;
  sums.readBytes += readBytes;
  sums.writeBytes += writeBytes;
}

/** A look that did not ask about storage knows what the look before did; clocks of a process never go back. */
function carryStorage(now: ProcessSample, before: ProcessSample | undefined): ProcessSample {
  if (before === undefined || before.startedAt !== now.startedAt) return now;
  return {
    ...now,
    ownCpuMs: Math.max(now.ownCpuMs, before.ownCpuMs),
    childrenCpuMs: Math.max(now.childrenCpuMs, before.childrenCpuMs),
    ownSystemMs: later(now.ownSystemMs, before.ownSystemMs),
    childrenSystemMs: later(now.childrenSystemMs, before.childrenSystemMs),
    storage: now.storage ?? before.storage,
  };
}

function later(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined ? undefined : Math.max(now, before ?? 0);
}

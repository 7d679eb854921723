import type { ResourceMethod, ResourceSample, ResourceUsage } from "../resource-usage.ts";
import { assignProcesses } from "./assign-processes.ts";
import { openCgroups, type Cgroup, type Cgroups } from "./cgroup.ts";
import { createChildReadings } from "./child-readings.ts";
import { createMeasuredTree, toUsage, type MeasuredTree } from "./measured-tree.ts";
import { createProcFiles } from "./proc-files.ts";
import { createProcLooker } from "./proc-looker.ts";
import type { ProcessSample } from "./process-sample.ts";
import { readPs, type PsReader } from "./read-ps.ts";
import { settleRoots } from "./settle-roots.ts";
import { createTreeAccount } from "./tree-account.ts";

/** Options of {@link createResourceMonitor}. */
export interface ResourceMonitorOptions {
  /**
   * `cgroup`: cgroup v2, exact; `proc`: the files of Linux; `ps`: any other Unix; `auto`: the first of them that works here.
   * @defaultValue `"auto"`
   */
  readonly method?: "auto" | "proc" | "cgroup" | "ps" | undefined;
  /** Called with each look at each measurement. What it throws is dropped. */
  readonly onSample?: ((sample: ResourceSample) => void) | undefined;
  /** Told in words what cannot be measured, each once. */
  readonly onLost?: ((message: string) => void) | undefined;
  /** Monotonic clock in milliseconds. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Calls back after a time in milliseconds, without keeping the process alive; returns what calls it off. @defaultValue a timer */
  readonly later?: ((callback: () => void, ms: number) => () => void) | undefined;
  /** Where Linux shows its processes. @defaultValue `/proc` */
  readonly procRoot?: string | undefined;
  /** Lists the processes where there is no `/proc`. @defaultValue the program `ps` */
  readonly ps?: PsReader | undefined;
}

/** Measures trees of processes at the same time. */
export interface ResourceMonitor {
  /**
   * Begins a measurement; to be called before its first process starts.
   *
   * @param label - names it in samples
   * @param options - `marker`: `NAME=value` in the environment of all its processes; finds those that left their parent, group and session,
   *   and those that this process started itself without attaching them
   */
  begin(label: string, options?: { readonly marker?: string | undefined }): Measurement;
  /** Largest memory of all measured processes at one look; `undefined` when none was seen. */
  peak(): { readonly memoryBytes: number } | undefined;
  close(): void;
}

/** One measurement that goes on. */
export interface Measurement {
  /**
   * With cgroup v2 the file into which the first process writes its id before it does anything else (`echo $$ > file`), so that nothing
   * escapes. `undefined` otherwise.
   */
  readonly joinFile: string | undefined;
  /** Tells the first process, the leader of a process group of its own. */
  attach(pid: number): void;
  /** Adds CPU time in milliseconds that is no process's own, such as that of a worker thread. */
  addCpuMs(cpuMs: number): void;
  /** Ends the measurement; to be called when the first process has ended and was waited for. Again: the same result. */
  end(): ResourceUsage | undefined;
}

/** The first look, in milliseconds after the first measurement began: many steps are over sooner. */
const FIRST_LOOK_MS = 100;
/** Between looks while a measurement is young, and later. */
const EARLY_LOOKS_MS = 250;
const LATER_LOOKS_MS = 1_000;
/** A measurement is young for so long. */
const YOUNG_MS = 5_000;
/** `ps` is a process of its own, and dear. */
const PS_LOOKS_MS = 2_000;
/** Looks take at most this share of the time: on a machine with very many processes there are fewer of them. */
const MAX_SHARE = 0.01;
/** Storage is asked for at most so often, in milliseconds: it doubles the cost of a look. */
const STORAGE_LOOKS_MS = 1_000;

/**
 * Gives a monitor of the CPU time, memory and storage of whole trees of processes.
 *
 * CPU time of processes that came and went is counted by those that waited for them. That of the first process is what this process's own
 * children took when it was waited for; where several ended between two looks, their sum is shared out by what was seen of each, and
 * `estimatedCpuMs` says how much of it. Looks happen only while something is measured, and keep no process alive.
 */
export function createResourceMonitor(options: ResourceMonitorOptions = {}): ResourceMonitor {
  const { now = () => performance.now(), later = startTimer } = options;
  const lost = onceEach(options.onLost);
  const method = chooseMethod(options);
  if (method.name === undefined) lost("what processes take cannot be measured on this system");
  const trees = new Set<MeasuredTree>();
  const looks =
    method.name === "ps" ? createPsLooks(options.ps ?? readPs, lost) : createProcLooks(options.procRoot, lost);
  const tell = createTeller(options.onSample);
  const leftGroups: Cgroup[] = [];
  let callOff: (() => void) | undefined;
  let isClosed = false;

  const look = async (): Promise<void> => {
    callOff = undefined;
    if (trees.size === 0 || isClosed) return;
    const startMs = performance.now();
    const looking = looks.look(trees, now);
    // Without waiting where there is nothing to wait for, so that steps that end meanwhile find it done.
    if (looking instanceof Promise) await looking;
    if (isClosed) return;
    tell.told(trees);
    const isYoung = [...trees].some(({ beganMs }) => now() - beganMs < YOUNG_MS);
    const usualMs = looks.intervalMs ?? (isYoung ? EARLY_LOOKS_MS : LATER_LOOKS_MS);
    plan(Math.max(usualMs, (performance.now() - startMs) / MAX_SHARE));
  };

  const plan = (ms: number): void => {
    if (callOff !== undefined || trees.size === 0 || isClosed) return;
    callOff = later(() => void look(), ms);
  };

  return {
    begin(label, { marker } = {}): Measurement {
      const cgroup = isClosed ? undefined : method.cgroups?.open();
      const tree = createMeasuredTree({ label, marker, cgroup, beganMs: now() });
      let usage: ResourceUsage | undefined;
      let hasEnded = false;
      if (method.name !== undefined && !isClosed) {
        if (trees.size === 0) looks.begin();
        trees.add(tree);
        plan(trees.size === 1 ? FIRST_LOOK_MS : EARLY_LOOKS_MS);
      }
      return {
        joinFile: cgroup?.joinFile,
        attach(pid): void {
          tree.rootPid = pid;
          tree.account = createTreeAccount(pid);
        },
        addCpuMs(cpuMs): void {
          tree.threadCpuMs += cpuMs;
        },
        end(): ResourceUsage | undefined {
          if (hasEnded) return usage;
          hasEnded = true;
          if (trees.has(tree)) {
            looks.settle(tree, trees, now());
            trees.delete(tree);
            if (trees.size === 0) {
              callOff?.();
              callOff = undefined;
              looks.forget();
            }
          }
          usage = method.name === undefined ? undefined : toUsage(tree, method.name);
          if (cgroup?.remove() === false) leftGroups.push(cgroup);
          return usage;
        },
      };
    },
    peak: () => (tell.peakBytes === undefined ? undefined : { memoryBytes: tell.peakBytes }),
    close(): void {
      isClosed = true;
      callOff?.();
      for (const { cgroup } of trees) cgroup?.remove();
      for (const group of leftGroups) group.remove();
      trees.clear();
    },
  };
}

/** How processes are looked at. */
interface Looks {
  /** Time between looks in milliseconds, where it is not the usual one. */
  readonly intervalMs?: number;
  /** Nothing was measured before this moment. */
  begin(): void;
  /** Looks at all processes of all trees. */
  look(trees: ReadonlySet<MeasuredTree>, now: () => number): void | Promise<void>;
  /** The first process of a tree has ended. */
  settle(tree: MeasuredTree, trees: ReadonlySet<MeasuredTree>, nowMs: number): void;
  forget(): void;
}

function createProcLooks(procRoot: string | undefined, lost: (message: string) => void): Looks {
  const files = createProcFiles(procRoot);
  const looker = createProcLooker(files, lost);
  const readChildren = createChildReadings(files);
  let storageAskedMs = -Infinity;

  const settleEnded = (trees: ReadonlySet<MeasuredTree>, nowMs: number): void => {
    const ended = [...trees].filter((tree) => !tree.isSettled && tree.rootPid !== undefined && !looker.hasRoot(tree));
    // Read also when none ended: what others took is then no part of the next reading.
    const growth = readChildren();
    if (ended.length > 0 && growth !== undefined) settleRoots(ended, growth, nowMs);
  };

  return {
    begin: () => void readChildren(),
    look(trees, now): void {
      const nowMs = now();
      const withStorage = nowMs - storageAskedMs >= STORAGE_LOOKS_MS;
      if (withStorage) storageAskedMs = nowMs;
      const members = looker.look(trees, withStorage);
      if (members === undefined) return;
      for (const tree of trees) {
        const samples = members.get(tree) ?? [];
        tree.account.look(samples);
        const largest = largestOf(samples);
        // Between two looks it may have been larger.
        const highest = largest === undefined ? 0 : (files.highWater(largest.pid) ?? 0);
        tree.highWaterBytes = Math.max(tree.highWaterBytes, highest);
      }
      settleEnded(trees, nowMs);
      for (const tree of trees) tree.lastLookMs = nowMs;
    },
    settle(tree, trees, nowMs): void {
      for (const other of trees) {
        // Those whose first process went at the same time share what is told. What still lives is no part of it.
        if (other === tree || !looker.hasRoot(other)) other.account.look(looker.lookAtKnown(other));
      }
      settleEnded(trees, nowMs);
    },
    forget: () => looker.forget(),
  };
}

function createPsLooks(readProcesses: PsReader, lost: (message: string) => void): Looks {
  let known = new Map<number, MeasuredTree>();
  return {
    intervalMs: PS_LOOKS_MS,
    begin: () => {},
    async look(trees, now): Promise<void> {
      const samples = await readProcesses();
      if (samples === undefined) {
        lost("`ps` cannot be run: nothing of the processes of steps is measured");
        return;
      }
      const members = new Map<MeasuredTree, ProcessSample[]>();
      const nowKnown = new Map<number, MeasuredTree>();
      const unknown: ProcessSample[] = [];
      const belongs = (sample: ProcessSample, tree: MeasuredTree): void => {
        nowKnown.set(sample.pid, tree);
        members.set(tree, [...(members.get(tree) ?? []), sample]);
      };
      for (const sample of samples) {
        const tree = known.get(sample.pid);
        if (tree !== undefined && trees.has(tree)) belongs(sample, tree);
        else if (sample.pid !== process.pid) unknown.push(sample);
      }
      const assigned = assignProcesses(
        unknown,
        [...trees],
        (pid) => nowKnown.get(pid),
        () => [],
      );
      for (const sample of unknown) {
        const tree = assigned.get(sample.pid);
        if (tree !== undefined) belongs(sample, tree);
      }
      known = nowKnown;
      for (const tree of trees) {
        tree.account.look(members.get(tree) ?? []);
        tree.lastLookMs = now();
      }
    },
    settle(tree): void {
      tree.account.look([]);
      tree.account.settle({ cpuMs: undefined, storage: undefined });
    },
    forget: () => {
      known = new Map();
    },
  };
}

/** Tells listeners of looks, and keeps the largest memory of all trees together. */
function createTeller(onSample: ResourceMonitorOptions["onSample"]): {
  readonly peakBytes: number | undefined;
  told(trees: ReadonlySet<MeasuredTree>): void;
} {
  let peakBytes: number | undefined;
  const tellOf = (tree: MeasuredTree): ResourceSample => {
    const { account, lastLookMs: atMs, told, toldStorage } = tree;
    const { cpuMs, readBytes, writeBytes } = account.totals();
    const cpuPercent = Math.max(0, (100 * (cpuMs - told.cpuMs)) / Math.max(1, atMs - told.atMs));
    tree.told = { atMs, cpuMs };
    const sample = {
      label: tree.label,
      atMs,
      cpuPercent,
      memoryBytes: account.memoryBytes,
      processes: account.processes,
    };
    if (!account.knowsStorage) return sample;
    const bytes = readBytes + writeBytes;
    const elapsedMs = Math.max(1, atMs - toldStorage.atMs);
    tree.toldStorage = { atMs, bytes };
    return { ...sample, diskBytesPerSecond: Math.max(0, (1_000 * (bytes - toldStorage.bytes)) / elapsedMs) };
  };
  return {
    get peakBytes() {
      return peakBytes;
    },
    told(trees): void {
      let sumBytes = 0;
      for (const tree of trees) {
        if (tree.account.processes === 0) continue;
        sumBytes += tree.account.memoryBytes;
        const sample = tellOf(tree);
        try {
          onSample?.(sample);
        } catch {
          // A listener's mistake must not end what is measured.
        }
      }
      if (sumBytes > 0) peakBytes = Math.max(peakBytes ?? 0, sumBytes);
    },
  };
}

function largestOf(samples: readonly ProcessSample[]): ProcessSample | undefined {
  let largest: ProcessSample | undefined;
  for (const sample of samples) if (largest === undefined || sample.memoryBytes > largest.memoryBytes) largest = sample;
  return largest;
}

interface Method {
  /** `undefined`: there is none here. */
  readonly name: Exclude<ResourceMethod, "thread"> | undefined;
  readonly cgroups: Cgroups | undefined;
}

function chooseMethod({ method = "auto", procRoot }: ResourceMonitorOptions): Method {
  const isLinux = process.platform === "linux" || procRoot !== undefined;
  const cgroups = isLinux && (method === "auto" || method === "cgroup") ? openCgroups(procRoot) : undefined;
  if (cgroups !== undefined) return { name: "cgroup", cgroups };
  const hasProc = isLinux && method !== "ps" && createProcFiles(procRoot).stat("self") !== undefined;
  if (hasProc) return { name: "proc", cgroups: undefined };
  return { name: process.platform === "win32" ? undefined : "ps", cgroups: undefined };
}

function startTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
}

function onceEach(tell: ((message: string) => void) | undefined): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    tell?.(message);
  };
}

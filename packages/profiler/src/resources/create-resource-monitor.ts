import type { ResourceSample, ResourceUsage } from "../resource-usage.ts";
import type { Cgroup, GroupedProcesses } from "./cgroup.ts";
import { chooseMethod } from "./choose-method.ts";
import {
  EARLY_PACE,
  LATER_PACE,
  FIRST_PACE,
  lookInterval,
  PS_PACE,
  RECENT_LOOKS,
  type LookPace,
} from "./look-interval.ts";
import { createLookTimer, type Later } from "./look-timer.ts";
import { createMeasuredTree, toUsage, type MeasuredTree } from "./measured-tree.ts";
import { neverBack } from "./never-back.ts";
import { onceEach } from "./once-each.ts";
import { createProcFiles } from "./proc-files.ts";
import { createProcLooks } from "./proc-looks.ts";
import { createPsLooks } from "./ps-looks.ts";
import { readPs, type PsReader } from "./read-ps.ts";
import { createSampleTeller } from "./sample-teller.ts";
import { startTimer } from "./start-timer.ts";
import { watchChildren, type ChildWatch } from "./watch-children.ts";

/** Options of {@link createResourceMonitor}. */
export interface ResourceMonitorOptions {
  /**
   * `cgroup`: cgroup v2, exact; `proc`: the files of Linux; `ps`: any other Unix; `auto`: the first of them that works here.
   * @defaultValue `"auto"`
   */
  readonly method?: "auto" | "proc" | "cgroup" | "ps" | undefined;
  /** Called with each look at each measurement. What it throws is dropped. */
  readonly onSample?: ((sample: ResourceSample) => void) | undefined;
  /** Told in words what cannot be measured, each once. What it throws is dropped. */
  readonly onLost?: ((message: string) => void) | undefined;
  /** Clock in milliseconds; where it goes back, it counts as standing still. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Calls back after a time in milliseconds, without keeping the process alive; returns what calls it off. @defaultValue a timer */
  readonly later?: Later | undefined;
  /** Where Linux shows its processes. @defaultValue `/proc` */
  readonly procRoot?: string | undefined;
  /** Lists the processes where there is no `/proc`. @defaultValue the program `ps` */
  readonly ps?: PsReader | undefined;
}

/** The group of a measurement that has not begun. */
export interface WaitingGroup {
  /** See {@link Measurement.joinFile}. */
  readonly joinFile: string;
  /** Gives it up; to be called when no measurement is to begin with it and its processes have ended. */
  remove(): void;
}

/** What a measurement begins with. */
export interface MeasurementOptions {
  /**
   * `NAME=value` in the environment of all its processes; finds those that left their parent, group and session, and those that this process
   * started itself without attaching them.
   */
  readonly marker?: string | undefined;
  /** The group that its first process has joined already. @defaultValue a new one */
  readonly group?: WaitingGroup | undefined;
}

/** Measures trees of processes at the same time. */
export interface ResourceMonitor {
  /**
   * Makes the group of a measurement that begins later, so that its first process can be started ahead, join it (which can take the kernel
   * 10 ms and more) and wait for its turn. What it takes until then counts as well. `undefined` where there is no cgroup v2.
   */
  openGroup(): WaitingGroup | undefined;
  /**
   * Begins a measurement; to be called before its first process starts, or before that one goes on where it was started ahead.
   *
   * @param label - names it in samples
   */
  begin(label: string, options?: MeasurementOptions): Measurement;
  /** Largest memory of all measured processes at one look, in bytes; `undefined` when none was seen. */
  peak(): { readonly memoryBytes: number } | undefined;
  /** What is in the groups of all measurements, also of those that ended; nothing but with cgroup v2. */
  readonly processes: GroupedProcesses;
  /**
   * Ends all measurements that still go on; what begins later is not measured. Groups go, but for those with processes: these go when it is
   * called again after their end, or with another monitor later, also one of another process.
   */
  close(): void;
}

/** One measurement that goes on. */
export interface Measurement {
  /**
   * With cgroup v2 the file into which the first process writes its id before it does anything else (`echo $$ > file`), so that nothing
   * escapes. `undefined` otherwise.
   */
  readonly joinFile: string | undefined;
  /** What is in its group, also after its end; nothing but with cgroup v2. */
  readonly processes: GroupedProcesses;
  /**
   * Tells the first process, a child of this process and the leader of a process group of its own. Nothing happens after the end.
   *
   * @throws {RangeError} when `pid` is no id of a process
   */
  attach(pid: number): void;
  /**
   * Adds CPU time in milliseconds that is no process's own, such as that of a worker thread. Nothing happens after the end, or with what is
   * no time.
   */
  addCpuMs(cpuMs: number): void;
  /**
   * Ends the measurement; to be called when the first process has ended and was waited for. Again: the same result. `undefined` when nothing
   * was seen.
   */
  end(): ResourceUsage | undefined;
}

/** The first look, in milliseconds after a measurement began: many steps are over sooner. */
const FIRST_LOOK_MS = 100;
/** A measurement is young for so long. */
const YOUNG_MS = 5_000;
/** There is a look after so long in any case: what one seemed to cost may be a pause of the whole machine. */
const MAX_INTERVAL_MS = 10_000;

const NO_PROCESSES: GroupedProcesses = { pids: () => [], kill: () => undefined };

const METHODS: readonly string[] = ["auto", "proc", "cgroup", "ps"];

/**
 * Gives a monitor of the CPU time, memory and storage of whole trees of processes.
 *
 * CPU time of processes that came and went is counted by those that waited for them. That of the first process is what this process's own
 * children took when it was waited for; where several ended at the same moment, their sum is shared out by what was seen of each, and
 * `estimatedCpuMs` says how much of it. Looks happen only while something is measured, and keep no process alive.
 *
 * @throws {RangeError} when `method` is none of those named
 */
export function createResourceMonitor(options: ResourceMonitorOptions = {}): ResourceMonitor {
  const { method: wish = "auto", procRoot, later = startTimer } = options;
  if (!METHODS.includes(wish)) {
    throw new RangeError(
      `Cannot create resource monitor: \`method\` must be one of ${METHODS.join(", ")}, got ${wish}`,
    );
  }
  const now = neverBack(options.now ?? (() => performance.now()));
  const lost = onceEach(options.onLost);
  const files = createProcFiles(procRoot);
  const method = chooseMethod({ wish, files, procRoot, platform: process.platform, lost });
  const hasProc = method.name === "proc" || method.name === "cgroup";
  const trees = new Set<MeasuredTree>();
  const running = new Set<Measurement>();
  const children: ChildWatch | undefined = hasProc ? watchChildren(() => onChildEnd(), now) : undefined;
  const looks =
    children === undefined
      ? createPsLooks(options.ps ?? readPs, lost)
      : createProcLooks({ files, lost, takeEnded: (isThere) => children.takeEnded(isThere) });
  const teller = createSampleTeller(options.onSample);
  const timer = createLookTimer(() => void look(), now, later);
  const waitingGroups = new Map<WaitingGroup, Cgroup>();
  let leftGroups: readonly Cgroup[] = [];
  /** What the last looks cost, in milliseconds. */
  let costsMs: readonly number[] = [];
  let lookedMs = -Infinity;
  let isLooking = false;
  let isClosed = false;

  const onChildEnd = (): void => {
    // Nobody could catch it here.
    try {
      if (trees.size > 0) looks.settle(trees, now());
      else children?.takeEnded(() => true);
    } catch (error) {
      lost(`what a process took in the end could not be read: ${String(error)}`);
    }
  };

  const usualPace = (): LookPace => {
    if (method.name === "ps") return PS_PACE;
    const atMs = now();
    return [...trees].some(({ beganMs }) => atMs - beganMs < YOUNG_MS) ? EARLY_PACE : LATER_PACE;
  };

  /** Plans the next look so long after the last one, but no sooner than in `ms`. */
  const plan = (pace: LookPace, ms: number): void => {
    if (isLooking || trees.size === 0) return;
    const intervalMs = Math.min(MAX_INTERVAL_MS, lookInterval(pace, costsMs));
    timer.plan(Math.max(ms, lookedMs + intervalMs - now()));
  };

  const look = async (): Promise<void> => {
    if (trees.size === 0) return;
    isLooking = true;
    // What it costs is real time, whatever clock is measured by.
    const startMs = performance.now();
    try {
      const looking = looks.look(trees, now);
      // Without waiting where there is nothing to wait for, so that steps that end meanwhile find it done.
      if (looking instanceof Promise) await looking;
      teller.tell(trees);
    } catch (error) {
      lost(`a look at the processes of steps failed: ${String(error)}`);
    }
    isLooking = false;
    lookedMs = now();
    costsMs = [...costsMs, performance.now() - startMs].slice(-RECENT_LOOKS);
    plan(usualPace(), 0);
  };

  const removeGroup = (group: Cgroup | undefined): void => {
    // Processes that the step left behind may be in it still.
    leftGroups = (group === undefined ? leftGroups : [...leftGroups, group]).filter((left) => !left.remove());
  };

  /** A group that waited is no longer one; `undefined` also for one that was removed. */
  const takeGroup = (group: WaitingGroup): Cgroup | undefined => {
    const cgroup = waitingGroups.get(group);
    waitingGroups.delete(group);
    return cgroup;
  };

  return {
    openGroup(): WaitingGroup | undefined {
      const cgroup = isClosed ? undefined : method.cgroups?.open();
      if (cgroup === undefined) return undefined;
      const group: WaitingGroup = {
        joinFile: cgroup.joinFile,
        remove: () => {
          const waiting = takeGroup(group);
          if (waiting !== undefined) removeGroup(waiting);
        },
      };
      waitingGroups.set(group, cgroup);
      return group;
    },
    begin(label, { marker, group } = {}): Measurement {
      const isMeasured = method.name !== undefined && !isClosed;
      const waiting = group === undefined ? undefined : takeGroup(group);
      const cgroup = waiting ?? (isMeasured ? method.cgroups?.open() : undefined);
      const tree = createMeasuredTree({ label, marker, cgroup, beganMs: now() });
      let usage: ResourceUsage | undefined;
      if (isMeasured) {
        if (trees.size === 0) looks.begin();
        trees.add(tree);
        plan(method.name === "ps" ? PS_PACE : FIRST_PACE, FIRST_LOOK_MS);
      }
      const measurement: Measurement = {
        joinFile: cgroup?.joinFile,
        processes: cgroup?.processes ?? NO_PROCESSES,
        attach(pid): void {
          if (!Number.isSafeInteger(pid) || pid < 1) {
            throw new RangeError(`Cannot attach process: \`pid\` must be a positive whole number, got ${pid}`);
          }
          if (!trees.has(tree)) return;
          tree.rootPid = pid;
          looks.attached(pid);
        },
        addCpuMs(cpuMs): void {
          if (cpuMs >= 0 && cpuMs < Infinity) tree.threadCpuMs = (tree.threadCpuMs ?? 0) + cpuMs;
        },
        end(): ResourceUsage | undefined {
          if (!running.delete(measurement)) return usage;
          looks.settle(trees, now());
          looks.end(tree);
          trees.delete(tree);
          if (trees.size === 0) {
            timer.callOff();
            looks.forget();
          }
          if (method.name !== undefined) usage = toUsage(tree, method.name);
          removeGroup(cgroup);
          return usage;
        },
      };
      if (isMeasured) running.add(measurement);
      return measurement;
    },
    processes: method.cgroups?.processes ?? NO_PROCESSES,
    peak: () => (teller.peakBytes === undefined ? undefined : { memoryBytes: teller.peakBytes }),
    close(): void {
      for (const measurement of running) measurement.end();
      for (const group of waitingGroups.keys()) group.remove();
      removeGroup(undefined);
      children?.close();
      isClosed = true;
    },
  };
}

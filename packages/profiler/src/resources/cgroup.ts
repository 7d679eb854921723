import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Storage } from "./process-sample.ts";

/** What a group of processes took. */
export interface CgroupUsage {
  readonly cpuMs: number;
  /** The part of `cpuMs` that the kernel spent. */
  readonly systemCpuMs: number | undefined;
  readonly peakMemoryBytes: number | undefined;
  readonly storage: Storage | undefined;
}

/** A group of processes in the kernel's own accounting. */
export interface Cgroup {
  /** A process that writes its id here joins, and everything it starts is in the group from birth. */
  readonly joinFile: string;
  /** Whether it takes processes: beneath a threaded group it does not. */
  canBeJoined(): boolean;
  /** What all its processes took so far, also those that ended; `undefined` when it cannot be read. */
  read(): CgroupUsage | undefined;
  readonly processes: GroupedProcesses;
  /** Removes the group; false while processes are in it. */
  remove(): boolean;
}

/** Processes in groups of the kernel, also in those that they made beneath. */
export interface GroupedProcesses {
  /** Their ids, now. */
  pids(): readonly number[];
  /** Ends all of them by force (SIGKILL) at once, so that none gets away by starting another; before Linux 5.14 it does nothing. */
  kill(): void;
}

/** Makes groups beneath that of this process. */
export interface Cgroups {
  open(): Cgroup | undefined;
  /** What is in all groups that were made and are not removed. */
  readonly processes: GroupedProcesses;
}

/** Names carry the id of the process that made them and when it began, so that those of one that is gone can be told. */
const NAME = /^ai-workflow-(\d+)-(\d+)-\d+$/;

/** Groups that this process made so far. */
let count = 0;

/**
 * Groups of cgroup v2 beneath the own one; `undefined` where this process may not make any. What processes that are gone left behind is
 * removed. CPU time is told everywhere, memory and storage only where the controllers are switched on for groups beneath.
 *
 * Source: the kernel's documentation of Control Group v2.
 */
export function openCgroups(procRoot: string = "/proc"): Cgroups | undefined {
  const own = findOwnCgroup(procRoot);
  if (own === undefined) return undefined;
  try {
    accessSync(own, constants.W_OK);
    // A process may only move within what it may write to.
    accessSync(path.join(own, "cgroup.procs"), constants.W_OK);
  } catch {
    return undefined;
  }
  removeLeftovers(own, procRoot);
  const startedAt = readState(`${procRoot}/self`)?.startedAt ?? "0";
  const folders = new Set<string>();
  const open = (): Cgroup | undefined => {
    count += 1;
    const folder = path.join(own, `ai-workflow-${process.pid}-${startedAt}-${count}`);
    try {
      mkdirSync(folder);
    } catch {
      return undefined;
    }
    folders.add(folder);
    return {
      joinFile: path.join(folder, "cgroup.procs"),
      canBeJoined: () => read(path.join(folder, "cgroup.type"))?.trim() !== "domain invalid",
      read: () => readUsage(folder),
      processes: processesIn([folder]),
      remove: () => {
        const isGone = remove(folder);
        if (isGone) folders.delete(folder);
        return isGone;
      },
    };
  };
  // A file system that lets folders be made is not yet one that keeps account.
  const probe = open();
  const works = probe?.read() !== undefined && probe.canBeJoined();
  probe?.remove();
  return works ? { open, processes: processesIn(folders) } : undefined;
}

function findOwnCgroup(procRoot: string): string | undefined {
  const group = /^0::(\/.*)$/m.exec(read(`${procRoot}/self/cgroup`) ?? "")?.[1];
  // Outside of what its namespace shows.
  if (group === undefined || group.split("/").includes("..")) return undefined;
  for (const line of (read(`${procRoot}/self/mountinfo`) ?? "").split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    if (!after.startsWith("cgroup2 ")) continue;
    const [, , , root = "/", mount] = before.split(" ").map(unescape);
    if (mount === undefined || root.split("/").includes("..")) continue;
    // The mount may show a part of the tree only.
    const inside = path.posix.relative(root, group);
    if (inside.split("/")[0] !== "..") return path.join(mount, inside);
  }
  return undefined;
}

/** Blanks, line ends and backslashes are written as octal numbers there, see proc_pid_mountinfo(5). */
function unescape(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function removeLeftovers(own: string, procRoot: string): void {
  try {
    for (const name of readdirSync(own)) {
      const [, pid, startedAt] = NAME.exec(name) ?? [];
      if (pid === undefined) continue;
      const now = readState(`${procRoot}/${pid}`);
      // Nobody has waited yet for one that is dead, or its id is that of another by now.
      if (now === undefined || now.isDead || now.startedAt !== startedAt) remove(path.join(own, name));
    }
  } catch {
    // What cannot be listed cannot be tidied.
  }
}

/** When a process began, in the kernel's units, and whether it has ended; fields 22 and 3 of its `stat`, see proc_pid_stat(5). */
function readState(folder: string): { readonly startedAt: string | undefined; readonly isDead: boolean } | undefined {
  const stat = read(path.join(folder, "stat"));
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { startedAt: fields[19], isDead: /^[ZXx]/.test(fields[0] ?? "") };
}

function processesIn(folders: Iterable<string>): GroupedProcesses {
  return {
    pids: () => [...folders].flatMap(membersOf),
    kill(): void {
      for (const folder of folders) kill(folder);
    },
  };
}

function membersOf(folder: string): readonly number[] {
  const own = (read(path.join(folder, "cgroup.procs")) ?? "").split("\n").map(Number);
  // What this process may not see, for it lives in another namespace, is shown as 0.
  return [...own.filter((pid) => pid > 0), ...groupsIn(folder).flatMap(membersOf)];
}

function kill(folder: string): void {
  try {
    // Unlike `w`, this makes no file where there is none, as before Linux 5.14.
    writeFileSync(path.join(folder, "cgroup.kill"), "1", { flag: "r+" });
  } catch {
    // They are ended one by one, then.
  }
}

function groupsIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
  } catch {
    return [];
  }
}

function readUsage(folder: string): CgroupUsage | undefined {
  const stat = read(path.join(folder, "cpu.stat")) ?? "";
  const milliseconds = (key: string): number | undefined => {
    const microseconds = new RegExp(`^${key} (\\d+)$`, "m").exec(stat)?.[1];
    return microseconds === undefined ? undefined : Number(microseconds) / 1_000;
  };
  const cpuMs = milliseconds("usage_usec");
  if (cpuMs === undefined) return undefined;
  const peak = Number(read(path.join(folder, "memory.peak"))?.trim());
  return {
    cpuMs,
    systemCpuMs: milliseconds("system_usec"),
    peakMemoryBytes: Number.isSafeInteger(peak) && peak > 0 ? peak : undefined,
    storage: parseIoStat(read(path.join(folder, "io.stat"))),
  };
}

/** Sums `rbytes` and `wbytes` of all devices. */
function parseIoStat(text: string | undefined): Storage | undefined {
  if (text === undefined) return undefined;
  const sum = (key: string): number =>
    [...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, "g"))].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return { readBytes: sum("rbytes"), writeBytes: sum("wbytes") };
}

function remove(folder: string): boolean {
  for (const inner of groupsIn(folder)) remove(inner);
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

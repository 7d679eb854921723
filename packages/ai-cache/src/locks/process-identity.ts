import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { codeOf } from "../files/file-access.ts";

/** Which process holds something: its number alone is not enough, because numbers are used again. */
export interface ProcessIdentity {
  /** Process number. */
  readonly pid: number;
  /** When it started, in the system's own words; `undefined` where the system does not tell. */
  readonly start: string | undefined;
  /** Where its number means something: host, boot and (on Linux) process namespace, so that containers are told apart. */
  readonly machine: string;
}

function readText(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return "";
  }
}

/**
 * The fields of a line of `/proc/<pid>/stat` that tell a process from another: its state and its start in clock ticks
 * since boot. `undefined` for a line that is none. Source: proc_pid_stat(5), fields 3 and 22.
 */
export function parseProcessStat(line: string): { readonly state: string; readonly start: string } | undefined {
  // The name in brackets may itself hold brackets and blanks.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || start === undefined || !/^\d+$/.test(start) ? undefined : { state, start };
}

function readProcessStat(pid: number): ReturnType<typeof parseProcessStat> {
  return parseProcessStat(readText(() => readFileSync(`/proc/${pid}/stat`, "latin1")));
}

let own: ProcessIdentity | undefined;

/** Who this process is. Read once. */
export function identifyThisProcess(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    start: readProcessStat(process.pid)?.start,
    machine: [
      hostname(),
      readText(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
      readText(() => readlinkSync("/proc/self/ns/pid")),
    ].join(" "),
  };
  return own;
}

/** Whether the process of this machine with number `pid` runs and started at `start`. One that waits to be buried does not. */
export function isProcessRunning(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not permitted to signal it: it is there, and somebody else's.
    if (codeOf(error) !== "EPERM") return false;
  }
  const stat = readProcessStat(pid);
  if (stat === undefined) return true;
  return stat.state !== "Z" && stat.state !== "X" && (start === undefined || stat.start === start);
}

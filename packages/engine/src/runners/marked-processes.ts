import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SPANS_VARIABLE } from "@ai-workflow/profiler";
import { GRACE_MS } from "./end-process-group.ts";
import { programNames } from "./program-names.ts";

/** Options of {@link findMarkedProcesses} and {@link endMarkedProcesses}. */
export interface MarkedProcessesOptions {
  /** Names of programs that are left alone, such as a build daemon that is meant to stay; see `program-names.ts`. @defaultValue none */
  readonly exempt?: ReadonlySet<string> | undefined;
  /** Where Linux shows its processes. @defaultValue `/proc` */
  readonly procRoot?: string | undefined;
}

/** A process that has a variable. */
export interface MarkedProcess {
  readonly pid: number;
  /** Name of its program. */
  readonly name: string;
}

/** How the environment of every process of a run's steps begins in one place: with the folder of the run's logs. */
export function markOf(logs: string): string {
  return `${SPANS_VARIABLE}=${logs}${path.sep}`;
}

/** Rounds of asking and forcing before giving up on processes that start others faster than they end. */
const MAX_ROUNDS = 10;

/** Pause between looks at what is asked to end, in milliseconds. */
const LOOK_MS = 50;

/**
 * Finds every process of this user whose environment holds a variable that begins with `prefix` (`NAME=value…`), wherever it went: into
 * another group or session, or to another parent. This process is not among them. What a platform without `/proc` runs cannot be found.
 */
export function findMarkedProcesses(prefix: string, options: MarkedProcessesOptions = {}): readonly MarkedProcess[] {
  const { exempt, procRoot = "/proc" } = options;
  const start = Buffer.from(prefix);
  const inside = Buffer.from(`\0${prefix}`);
  const found: MarkedProcess[] = [];
  for (const name of list(procRoot)) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const environment = read(path.join(procRoot, name, "environ"));
    if (environment === undefined) continue;
    if (!environment.subarray(0, start.length).equals(start) && !environment.includes(inside)) continue;
    const names = namesOf(path.join(procRoot, name));
    if (!names.some((one) => exempt?.has(one) === true)) found.push({ pid, name: names[0] ?? "" });
  }
  return found;
}

/**
 * Ends what {@link findMarkedProcesses} finds: asks (SIGTERM), and forces (SIGKILL) what is still there after `graceMs`; again until
 * nothing is found. Gives the processes that were ended.
 *
 * @param options - `graceMs`: time between asking and forcing in milliseconds, default 5,000; `delay`: waits, default a timer
 */
export async function endMarkedProcesses(
  prefix: string,
  options: MarkedProcessesOptions & {
    readonly graceMs?: number | undefined;
    readonly delay?: ((ms: number) => Promise<unknown>) | undefined;
  } = {},
): Promise<readonly MarkedProcess[]> {
  const { graceMs = GRACE_MS, delay = sleep } = options;
  const ended = new Map<number, MarkedProcess>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let left = findMarkedProcesses(prefix, options);
    if (left.length === 0) break;
    for (const one of left) {
      ended.set(one.pid, one);
      send(one.pid, "SIGTERM");
    }
    for (let waitedMs = 0; left.length > 0 && waitedMs < graceMs; waitedMs += LOOK_MS) {
      await delay(LOOK_MS);
      left = findMarkedProcesses(prefix, options);
    }
    for (const { pid } of left) send(pid, "SIGKILL");
    if (left.length > 0) await delay(LOOK_MS);
  }
  return [...ended.values()];
}

/**
 * Should this process exit before it is called off, forces (SIGKILL) at once what {@link findMarkedProcesses} finds then: nobody would be there
 * to ask first. Returns a function that calls it off.
 */
export function endMarkedProcessesAtExit(prefix: string, options: MarkedProcessesOptions = {}): () => void {
  const force = (): void => {
    for (const { pid } of findMarkedProcesses(prefix, options)) send(pid, "SIGKILL");
  };
  process.on("exit", force);
  return () => {
    process.off("exit", force);
  };
}

/** The names of a process; none where it is gone. */
function namesOf(folder: string): readonly string[] {
  const command = read(path.join(folder, "cmdline"))?.toString().replace(/\0$/, "").split("\0") ?? [];
  return programNames(command, read(path.join(folder, "comm"))?.toString().trim() ?? "");
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The content, or `undefined` where the process is gone or somebody else's. */
function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone, or not ours to end.
  }
}

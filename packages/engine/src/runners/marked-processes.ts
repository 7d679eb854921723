import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SPANS_VARIABLE } from "@ai-workflow/profiler";
import { GRACE_MS } from "./end-process-group.ts";
import { programNames } from "./program-names.ts";

/** Options of {@link findMarkedProcesses} and {@link endMarkedProcesses}. */
export interface MarkedProcessesOptions {
  /** Names of programs that are left alone, such as a build daemon that is meant to stay; see `program-names.ts`. @defaultValue none */
  readonly exempt?: ReadonlySet<string> | undefined;
  /** Processes that count as if they had the variable. @defaultValue none */
  readonly known?: KnownProcesses | undefined;
  /** Where Linux shows its processes. @defaultValue `/proc` */
  readonly procRoot?: string | undefined;
}

/** Processes that are known otherwise than by a variable, such as the members of a group of the kernel. */
export interface KnownProcesses {
  /** Their ids, now. */
  pids(): readonly number[];
  /** Forces all of them at once, so that none gets away by starting another. */
  kill(): void;
}

/** A process that is to be ended. */
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

/** In which a process that is just getting its program has got it, in milliseconds. */
const START_MS = 2;

/**
 * Finds every process of this user whose environment holds a variable that begins with `prefix` (`NAME=value…`), wherever it went: into
 * another group or session, or to another parent; and those that are `known`. This process is not among them. What a platform without
 * `/proc` runs cannot be found.
 */
export function findMarkedProcesses(prefix: string, options: MarkedProcessesOptions = {}): readonly MarkedProcess[] {
  return look(prefix, options).found;
}

/** What one look tells. */
interface Look {
  readonly found: readonly MarkedProcess[];
  /** Whether one was seen that may turn out to be one of them: it was just getting its program. */
  readonly isUnclear: boolean;
  /** Whether one that is `known` is to be left alone. */
  readonly keepsKnown: boolean;
}

function look(prefix: string, { exempt, known, procRoot = "/proc" }: MarkedProcessesOptions): Look {
  const start = Buffer.from(prefix);
  const inside = Buffer.from(`\0${prefix}`);
  const knownPids = new Set(known?.pids());
  const found: MarkedProcess[] = [];
  let [isUnclear, keepsKnown] = [false, false];
  for (const name of list(procRoot)) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const folder = path.join(procRoot, name);
    if (!knownPids.has(pid)) {
      const environment = read(path.join(folder, "environ"));
      if (environment === undefined) continue;
      if (environment.length === 0) isUnclear ||= isStarting(folder);
      if (!environment.subarray(0, start.length).equals(start) && !environment.includes(inside)) continue;
    }
    const names = namesOf(folder);
    if (!names.some((one) => exempt?.has(one) === true)) found.push({ pid, name: names[0] ?? "" });
    else keepsKnown ||= knownPids.has(pid);
  }
  return { found, isUnclear, keepsKnown };
}

/** Whether a program is being put into a process: it has none of its arguments and variables yet. One of the kernel's has no program. */
function isStarting(folder: string): boolean {
  if (read(path.join(folder, "cmdline"))?.length !== 0) return false;
  try {
    return readlinkSync(path.join(folder, "exe")) !== "";
  } catch {
    return false;
  }
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
    let seen = look(prefix, options);
    if (seen.found.length === 0) {
      if (!seen.isUnclear) break;
      await delay(START_MS);
      continue;
    }
    for (const one of seen.found) {
      ended.set(one.pid, one);
      send(one.pid, "SIGTERM");
    }
    for (let waitedMs = 0; seen.found.length > 0 && waitedMs < graceMs; waitedMs += LOOK_MS) {
      await delay(LOOK_MS);
      seen = look(prefix, options);
    }
    force(seen, options.known);
    if (seen.found.length > 0) await delay(LOOK_MS);
  }
  return [...ended.values()];
}

/**
 * Should this process exit before it is called off, forces (SIGKILL) at once what {@link findMarkedProcesses} finds then: nobody would be there
 * to ask first. Returns a function that calls it off.
 */
export function endMarkedProcessesAtExit(prefix: string, options: MarkedProcessesOptions = {}): () => void {
  const onExit = (): void => force(look(prefix, options), options.known);
  process.on("exit", onExit);
  return () => {
    process.off("exit", onExit);
  };
}

function force({ found, keepsKnown }: Look, known: KnownProcesses | undefined): void {
  if (found.length > 0 && !keepsKnown) known?.kill();
  for (const { pid } of found) send(pid, "SIGKILL");
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

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that a command left behind. */
export interface LeftProcess {
  readonly pid: number;
  /** Its arguments, the program first. */
  readonly command: readonly string[];
  /** The name that the system shows for it; on Linux 15 bytes of it. */
  readonly name: string;
}

/** Options of {@link endMarkedProcesses}. */
export interface EndMarkedOptions {
  /** Which of them may stay. @defaultValue none */
  readonly keeps?: ((left: LeftProcess) => boolean) | undefined;
  /** Where Linux shows its processes. @defaultValue `/proc` */
  readonly procRoot?: string | undefined;
  /** Waits. @defaultValue a timer */
  readonly delay?: ((ms: number) => Promise<unknown>) | undefined;
}

/** Rounds before giving up on what starts others faster than it ends, or does not end at all. */
const MAX_ROUNDS = 50;
/** Between rounds, in milliseconds. */
const PAUSE_MS = 2;

/**
 * Ends by force (SIGKILL) every process of this user whose environment holds `mark` (`NAME=value`), wherever it went: into another group or
 * session, or to another parent; again until none is found. Where there is no `/proc` none is.
 */
export async function endMarkedProcesses(mark: string, options: EndMarkedOptions = {}): Promise<void> {
  const { delay = sleep } = options;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (forceMarkedProcesses(mark, options) === "none") return;
    await delay(PAUSE_MS);
  }
}

/** One round of {@link endMarkedProcesses}, at once. Tells whether another one is needed. */
export function forceMarkedProcesses(
  mark: string,
  { keeps, procRoot = "/proc" }: EndMarkedOptions = {},
): "none" | "some" {
  const marked = Buffer.from(`\0${mark}\0`);
  let result: "none" | "some" = "none";
  for (const entry of list(procRoot)) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const folder = `${procRoot}/${entry}`;
    const environment = read(`${folder}/environ`);
    if (environment === undefined) continue;
    if (environment.length === 0) {
      if (isStarting(folder)) result = "some";
    } else if (Buffer.concat([marked.subarray(0, 1), environment]).includes(marked)) {
      const command = read(`${folder}/cmdline`)?.toString().replace(/\0$/, "").split("\0") ?? [];
      const name = read(`${folder}/comm`)?.toString().trim() ?? basename(command[0] ?? "");
      if (keeps?.({ pid, command, name }) === true) continue;
      result = "some";
      force(pid);
    }
  }
  return result;
}

/** Whether a program is being put into a process: it has none of its arguments and variables yet. One of the kernel's has no program. */
function isStarting(folder: string): boolean {
  if (read(`${folder}/cmdline`)?.length !== 0) return false;
  try {
    return readlinkSync(`${folder}/exe`) !== "";
  } catch {
    return false;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `undefined` where the process is gone or somebody else's. */
function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function force(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

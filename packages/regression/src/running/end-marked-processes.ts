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

/** What a round found: nothing; something; or only what shows no variables, which may be of a program whose start is not over yet. */
type Found = "none" | "some" | "unsure";

/**
 * Ends by force (SIGKILL) every process of this user whose environment holds `mark` (`NAME=value`), wherever it went: into another group or
 * session, or to another parent; again until none is found. Where there is no `/proc` none is.
 */
export async function endMarkedProcesses(mark: string, options: EndMarkedOptions = {}): Promise<void> {
  const { delay = sleep } = options;
  let before: Found | undefined;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = forceMarkedProcesses(mark, options);
    if (found === "none" || (found === "unsure" && before === "unsure")) return;
    before = found;
    await delay(PAUSE_MS);
  }
}

/** One round of {@link endMarkedProcesses}, at once. */
export function forceMarkedProcesses(mark: string, { keeps, procRoot = "/proc" }: EndMarkedOptions = {}): Found {
  const marked = Buffer.from(`\0${mark}\0`);
  let found: Found = "none";
  for (const entry of list(procRoot)) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const folder = `${procRoot}/${entry}`;
    const environment = read(`${folder}/environ`);
    if (environment === undefined) continue;
    if (environment.length === 0) {
      // The kernel sets a program's arguments and variables one after the other, and both after the program.
      if (!isProgram(folder)) continue;
      if (isEmpty(`${folder}/cmdline`)) found = "some";
      else if (found === "none") found = "unsure";
    } else if (Buffer.concat([marked.subarray(0, 1), environment]).includes(marked)) {
      const command = read(`${folder}/cmdline`)?.toString().replace(/\0$/, "").split("\0") ?? [];
      const name = read(`${folder}/comm`)?.toString().trim() ?? basename(command[0] ?? "");
      if (keeps?.({ pid, command, name }) === true) continue;
      found = "some";
      force(pid);
    }
  }
  return found;
}

/** One of the kernel's own, or one that has ended and is not waited for, has none. */
function isProgram(folder: string): boolean {
  try {
    return readlinkSync(`${folder}/exe`) !== "";
  } catch {
    return false;
  }
}

function isEmpty(file: string): boolean {
  return read(file)?.length === 0;
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

import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Between two tries, in milliseconds. */
const RETRY_MS = 100;

/** What came of asking for a lock. */
export type RepositoryLock =
  | { readonly status: "held"; readonly release: () => void }
  /** Somebody else kept it all the while. */
  | { readonly status: "taken"; readonly file: string };

/**
 * Takes the lock by which steps that change the index of a work tree keep off each other: runs of several targets of one repository have
 * locks of their own for all else. Git itself knows nothing of it. A lock whose process is gone counts as none. Where nothing can be
 * written there is no lock, and nothing to be kept off.
 *
 * @param gitFolder - absolute path of the git folder of the work tree
 * @param waitMs - how long to wait for another at most, in milliseconds
 */
export async function lockRepository(gitFolder: string, waitMs: number): Promise<RepositoryLock> {
  const file = path.join(gitFolder, "ai-workflow.lock");
  const own = `${hostname()} ${process.pid} ${startOf(process.pid) ?? ""} ${randomBytes(9).toString("hex")}`;
  for (let waited = 0; ; waited += RETRY_MS) {
    if (tryTake(file, own)) return { status: "held", release: () => release(file, own) };
    const other = read(file);
    if (other !== undefined && !isAlive(other)) takeAway(file, other);
    else if (waited >= waitMs) return { status: "taken", file };
    else await sleep(RETRY_MS);
  }
}

/** Puts the lock there whole, in one stroke. */
function tryTake(file: string, own: string): boolean {
  const temporary = `${file}.${randomBytes(9).toString("hex")}`;
  try {
    writeFileSync(temporary, own, { flag: "wx" });
    return tryLink(temporary, file);
  } catch {
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Gives whether nothing was there; a disk that has no links has no locks either. */
function tryLink(temporary: string, file: string): boolean {
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EEXIST";
  }
}

/** Removes a lock, unless another has taken its place meanwhile. */
function takeAway(file: string, content: string): void {
  const aside = `${file}.${randomBytes(9).toString("hex")}`;
  try {
    // One of several who try it succeeds.
    renameSync(file, aside);
    if (read(aside) !== content) tryLink(aside, file);
  } catch {
    // Another did it.
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(file: string, own: string): void {
  if (read(file) === own) rmSync(file, { force: true });
}

/** Of another machine nobody can tell, so it counts as alive. */
function isAlive(content: string): boolean {
  const [host, pid, start] = content.split(" ");
  if (host !== hostname()) return host !== "";
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0) return false;
  try {
    process.kill(id, 0);
  } catch (error) {
    // Somebody else's process is there all the same.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = startOf(id);
  return start === "" || now === undefined || now === start;
}

/** When a process began, which tells it from a later one with its id; field 22 of `/proc/<pid>/stat`, behind a name that may hold anything. */
function startOf(pid: number): string | undefined {
  const status = read(`/proc/${pid}/stat`);
  return status?.slice(status.lastIndexOf(")") + 2).split(" ")[19];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}

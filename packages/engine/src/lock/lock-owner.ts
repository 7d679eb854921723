import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number;
  /** When the process began, in the kernel's units; tells it from a later process with its id. `null` where the system does not say. */
  readonly processStart: number | null;
  readonly host: string;
  readonly runId: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

/** This process as the owner of a lock. */
export function describeOwner(runId: string, wallMs: number): LockOwner {
  return {
    pid: process.pid,
    processStart: processStart(process.pid) ?? null,
    host: hostname(),
    runId,
    since: new Date(wallMs).toISOString(),
  };
}

/** Reads what a lock holds; `undefined` when that is no owner. */
export function parseOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, processStart: start, host, runId, since } = value as Readonly<Record<string, unknown>>;
  const isOwner =
    Number.isInteger(pid) &&
    (pid as number) > 0 &&
    (start === null || typeof start === "number") &&
    [host, runId, since].every((field) => typeof field === "string");
  return isOwner ? (value as LockOwner) : undefined;
}

/**
 * Whether the owner is still there. Of another machine nobody can tell, so it counts as there; so does a process of which the system does
 * not tell when it began.
 */
export function isAlive(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // Somebody else's process is there all the same.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const start = processStart(owner.pid);
  return owner.processStart === null || start === undefined || start === owner.processStart;
}

/** Field 22 of `/proc/<pid>/stat`; the name in brackets may hold anything. */
function processStart(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const start = Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
    return Number.isFinite(start) ? start : undefined;
  } catch {
    return undefined;
  }
}

import { randomBytes } from "node:crypto";
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isAlive, parseOwner, type LockOwner } from "./lock-owner.ts";

/** Name of the lock inside the state folder. */
const LOCK_FILE = "lock";

/** Held while a lock that nobody holds any more is taken over, so that two cannot do it at once. */
const TAKEOVER_FILE = "lock.takeover";

/** Taking over takes microseconds; whoever was killed at it is out of the way after this time, in milliseconds. */
const TAKEOVER_MS = 10_000;

/** What came of trying to get the lock. */
export type LockAttempt =
  | {
      readonly state: "held";
      readonly release: () => void;
      /** Who held the lock before and is gone without having given it back. */
      readonly killed: LockOwner | undefined;
    }
  | { readonly state: "busy"; readonly owner: LockOwner | undefined };

/**
 * Tries once to get the lock of a state folder. It appears with its owner in it or not at all, and a process that is gone holds nothing.
 *
 * @param folder - absolute path of the state folder
 * @throws what the file system throws where the lock cannot be written
 */
export function tryLock(folder: string, owner: LockOwner): LockAttempt {
  const file = path.join(folder, LOCK_FILE);
  const own = path.join(folder, `.lock-${process.pid}-${randomBytes(4).toString("hex")}`);
  writeFileSync(own, JSON.stringify(owner), { flag: "wx" });
  try {
    if (link(own, file)) return { state: "held", release: () => release(file, owner), killed: undefined };
    const text = readText(file);
    const holder = text === undefined ? undefined : parseOwner(text);
    if (text === undefined || (holder !== undefined && isAlive(holder))) return { state: "busy", owner: holder };
    // What is no owner was not written by us: with `link` there is no half of one.
    const took = takeOver(folder, file, own, text);
    return took
      ? { state: "held", release: () => release(file, owner), killed: holder }
      : { state: "busy", owner: holder };
  } finally {
    rmSync(own, { force: true });
  }
}

function takeOver(folder: string, file: string, own: string, stale: string): boolean {
  const takeover = path.join(folder, TAKEOVER_FILE);
  if (!link(own, takeover)) {
    const modifiedMs = statSync(takeover, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - modifiedMs > TAKEOVER_MS) rmSync(takeover, { force: true });
    return false;
  }
  try {
    // Somebody else may have been faster before we were alone.
    if (readText(file) !== stale) return false;
    unlinkSync(file);
    removeLeftovers(folder, own);
    return link(own, file);
  } finally {
    rmSync(takeover, { force: true });
  }
}

/** Removes what killed processes left of their attempts. */
function removeLeftovers(folder: string, own: string): void {
  for (const name of readdirSync(folder)) {
    const left = path.join(folder, name);
    if (!/^(?:\.lock-\d+-|lock\.\d+$)/.test(name) || left === own) continue;
    const modifiedMs = statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - modifiedMs > TAKEOVER_MS) rmSync(left, { force: true });
  }
}

/** Gives the lock back, unless it is somebody else's by now. */
function release(file: string, owner: LockOwner): void {
  if (readText(file) !== JSON.stringify(owner)) return;
  // In one step out of the way, so that nobody reads half of it.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // Gone already.
  }
}

/** Gives `from` a second name; false when that is taken. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

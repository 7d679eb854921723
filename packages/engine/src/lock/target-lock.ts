import { createHash, randomBytes } from "node:crypto";
import { linkSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isAlive, type LockOwner } from "./lock-owner.ts";
import { readLock, type LockContent } from "./read-lock.ts";

/** Name of the lock inside the state folder. */
export const LOCK_FILE = "lock";

/** Begins the names of claims; see {@link takeOver}. */
const CLAIM_PREFIX = "lock.takeover";

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
 * What stands in its place and names no owner was not written by a run and locks nothing.
 *
 * @param folder - absolute path of the state folder
 * @throws what the file system throws where the lock cannot be written
 */
export function tryLock(folder: string, owner: LockOwner): LockAttempt {
  const file = path.join(folder, LOCK_FILE);
  const own = path.join(folder, `.lock-${process.pid}-${randomBytes(4).toString("hex")}`);
  const held = (killed: LockOwner | undefined): LockAttempt => ({
    state: "held",
    release: () => release(file, owner),
    killed,
  });
  try {
    writeFileSync(own, JSON.stringify(owner), { flag: "wx" });
    if (link(own, file)) return held(undefined);
    const found = readLock(file);
    // Given back just now, or somebody else's file: the next try tells.
    if (found === undefined) return { state: "busy", owner: undefined };
    if (found.owner !== undefined && isAlive(found.owner)) return { state: "busy", owner: found.owner };
    const claimant = takeOver(folder, own, found);
    return claimant === undefined ? held(found.owner) : { state: "busy", owner: claimant.owner ?? found.owner };
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Puts `own` in the place of a lock that nobody holds. Only who holds the claim on that very lock may do so, and a claim is its owner's as
 * long as that lives, however slow it is; the claim of a process that is gone is claimed in turn. Claims are removed only when the lock they
 * are about has been replaced, and no two locks are equal, so whoever comes late finds another lock and leaves it alone.
 *
 * @returns who is in the way, `undefined` when the lock is ours
 */
function takeOver(folder: string, own: string, stale: LockContent): { readonly owner?: LockOwner } | undefined {
  const file = path.join(folder, LOCK_FILE);
  for (let claimed = stale; ;) {
    const claim = claimOn(folder, claimed);
    if (link(own, claim)) return replace(file, own, stale, claim);
    const found = readLock(claim);
    if (found === undefined) return {};
    if (found.owner !== undefined && isAlive(found.owner)) return { owner: found.owner };
    claimed = found;
  }
}

/** One name for each lock and each claim. */
function claimOn(folder: string, { id }: LockContent): string {
  const name = createHash("sha256").update(id).digest("hex").slice(0, 32);
  return path.join(folder, `${CLAIM_PREFIX}-${name}`);
}

function replace(
  file: string,
  own: string,
  stale: LockContent,
  claim: string,
): { readonly owner?: LockOwner } | undefined {
  try {
    const found = readLock(file);
    if (found?.id !== stale.id) return found?.owner === undefined ? {} : { owner: found.owner };
    // A file gives way to another in one step; a folder is moved away, and then it is as if nobody had held the lock.
    if (stale.isFolder) renameSync(file, `${file}.corrupt-${randomBytes(4).toString("hex")}`);
    const isOurs = stale.isFolder ? link(own, file) : rename(own, file);
    if (isOurs) removeClaims(path.dirname(file), claim);
    return isOurs ? undefined : {};
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Removes what others that are gone left of taking over; to be called by the holder of the lock. */
function removeClaims(folder: string, own: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (!name.startsWith(CLAIM_PREFIX) || file === own) continue;
    try {
      rmSync(file, { force: true });
    } catch {
      // A folder is not ours, and it stands in nobody's way.
    }
  }
}

/** Gives the lock back, unless it is somebody else's by now. */
function release(file: string, owner: LockOwner): void {
  if (readLock(file)?.id !== JSON.stringify(owner)) return;
  // In one step out of the way, so that nobody reads half of it.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // Gone already.
  }
}

/** Gives `from` a second name; false when that is taken, or `from` was cleared away while this process stood still. */
function link(from: string, to: string): boolean {
  return succeeds(() => linkSync(from, to));
}

function rename(from: string, to: string): boolean {
  return succeeds(() => renameSync(from, to));
}

function succeeds(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  }
}

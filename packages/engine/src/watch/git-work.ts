import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** A lock of git's index that is older was left behind, in milliseconds. */
const LEFT_BEHIND_MS = 30_000;

/** Files in which git counts the commits of a rebase, a series of patches, or several picked or reverted ones. */
const COUNTERS: readonly string[] = ["rebase-merge/msgnum", "rebase-apply/next", "sequencer/todo"];

/**
 * Tells, look by look, whether git is at work in a work tree, so that what is there is neither the one nor the other: while it holds the lock of
 * its index, and while a rebase has gone on since the look before. A rebase that stands still waits for a person, whose changes count.
 */
export class GitWork {
  #lockedSinceMs: number | undefined;
  #progress: string | undefined;

  /**
   * @param gitFolder - in which git keeps the index of the work tree; `undefined` without git
   * @param nowMs - of a clock that never goes back
   */
  isGoingOn(gitFolder: string | undefined, nowMs: number): boolean {
    if (gitFolder === undefined) return false;
    const isLocked = existsSync(path.join(gitFolder, "index.lock"));
    this.#lockedSinceMs = isLocked ? (this.#lockedSinceMs ?? nowMs) : undefined;
    const before = this.#progress;
    this.#progress = progressOf(gitFolder);
    if (this.#lockedSinceMs !== undefined && nowMs - this.#lockedSinceMs < LEFT_BEHIND_MS) return true;
    return this.#progress !== undefined && this.#progress !== before;
  }
}

/** How far git has come with several commits, and `undefined` where it is at none. */
function progressOf(gitFolder: string): string | undefined {
  for (const counter of COUNTERS) {
    const file = path.join(gitFolder, counter);
    if (!existsSync(path.dirname(file))) continue;
    try {
      return readFileSync(file, "utf8");
    } catch {
      // It has begun and not counted yet.
      return "";
    }
  }
  return undefined;
}

import { randomUUID } from "node:crypto";
import { linkSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isOurs, nameOfEarlier, type HookName } from "./hook-script.ts";
import { readHook } from "./read-hook.ts";

/** What became of a hook that was to be installed. */
export type HookInstallation =
  | { readonly status: "installed"; /** Whether a hook that was there runs before it. */ readonly hasEarlier: boolean }
  | { readonly status: "unchanged" }
  | { readonly status: "refused"; readonly why: string };

/**
 * Installs a hook. One that is there already gets another name and is run before. Killed at any moment it leaves the earlier hook
 * under one name or both, and may be called again.
 *
 * @param folder - absolute path of the folder of hooks; made where it is missing
 * @throws the error of the file system where it cannot be written
 */
export function installHook(folder: string, hook: HookName, text: string): HookInstallation {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, hook);
  const earlier = path.join(folder, nameOfEarlier(hook));
  const present = readHook(file);
  if (present === text && (lstatSync(file).mode & 0o111) !== 0) return { status: "unchanged" };
  const mustMove = present !== undefined && !isOurs(present);
  if (mustMove && exists(earlier) && !isSame(file, earlier)) {
    const why = `${hook} is not ours, and ${nameOfEarlier(hook)} is there as well: put what is needed of both into ${hook} and remove the other`;
    return { status: "refused", why };
  }

  const temporary = path.join(folder, `${hook}.${randomUUID()}`);
  try {
    writeFileSync(temporary, text, { flag: "wx", mode: 0o755 });
    if (mustMove) keep(file, earlier);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
  return { status: "installed", hasEarlier: exists(earlier) };
}

/** Gives a hook its other name too; where that cannot be, it loses the first for the moment until the new one is there. */
function keep(file: string, earlier: string): void {
  // A link to a link is made in different ways by different systems.
  if (!lstatSync(file).isSymbolicLink()) {
    try {
      linkSync(file, earlier);
      return;
    } catch (error) {
      // It was linked by a call that was killed, or the file system has no links.
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    }
  }
  renameSync(file, earlier);
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [lstatSync(one), lstatSync(other)];
  return a.ino === b.ino && a.dev === b.dev;
}

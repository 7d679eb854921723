import { accessSync, constants, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { EngineError } from "../errors.ts";

/** Folders are called `ai-workflow-bench-<pid>-<random>`, so that those of processes that were killed are known later. */
const FOLDER = /^ai-workflow-bench-(\d+)-[^-]+$/;

/** A folder that goes when it is no longer used. */
export interface TemporaryFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Removes it with all that is inside; once is enough, twice is harmless. */
  readonly remove: () => void;
}

/**
 * Makes a folder in `parent` and removes what processes that are gone have left there. Only folders of this user are touched.
 *
 * @throws {EngineError} ENGINE_COPY_FAILED – `parent` is no folder that may be written to
 */
export function createTemporaryFolder(parent: string): TemporaryFolder {
  const real = checkTemporaryParent(parent);
  removeAbandoned(real);
  const folder = mkdtempSync(path.join(real, `ai-workflow-bench-${process.pid}-`));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Gives the absolute path without symbolic links of a folder in which temporary ones can be made.
 *
 * @throws {EngineError} ENGINE_COPY_FAILED – it is no folder that may be written to
 */
export function checkTemporaryParent(parent: string): string {
  try {
    const real = realpathSync(parent);
    // With the slash also what is no folder is refused.
    accessSync(`${real}/`, constants.W_OK | constants.X_OK);
    return real;
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new EngineError("ENGINE_COPY_FAILED", `no temporary folder can be made in ${parent} (${code})`, {
      hint: "Name a folder that you may write to in TMPDIR, outside of the repository",
      cause: error,
    });
  }
}

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const owner = FOLDER.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = path.join(parent, name);
    try {
      const stat = lstatSync(folder);
      if (stat.isDirectory() && stat.uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // What cannot be removed is in nobody's way.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Makes a new file of the repository, with the folders on the way: all of it or nothing, whenever this process may be killed.
 *
 * @param file - relative to `directory`
 * @throws Error of the file system: `EEXIST` where something stands there already, which stays as it is
 */
export function createFile(directory: string, file: string, content: string): void {
  const target = path.join(directory, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = path.join(path.dirname(target), `.${randomBytes(9).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    putInPlace(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** A second name is given only where there is none, and a file system without second names is looked at before. */
function putInPlace(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    const isThere = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
    if (isThere) throw error;
    renameSync(temporary, target);
  }
}

import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/** A work tree of git. */
export interface FoundRepository {
  /** Absolute path of its top. */
  readonly root: string;
  /** Absolute path of the folder in which git keeps the index of this work tree. */
  readonly gitFolder: string;
}

/** Longest `.git` file that names a folder. */
const MAX_LINK_BYTES = 64 * 1024;

/** Finds the work tree that a directory is in, by `.git` there or above; asks no git. */
export function findRepository(directory: string): FoundRepository | undefined {
  for (let root = directory; ; root = path.dirname(root)) {
    const place = path.join(root, ".git");
    const stat = statSync(place, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) return { root, gitFolder: place };
    if (stat?.isFile() === true && stat.size <= MAX_LINK_BYTES) {
      const [, folder] = /^gitdir: (.+)$/m.exec(readFileSync(place, "utf8")) ?? [];
      if (folder !== undefined) return { root, gitFolder: path.resolve(root, folder) };
    }
    if (root === path.dirname(root)) return undefined;
  }
}

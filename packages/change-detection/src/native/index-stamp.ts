import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Where git keeps the index of the work tree around a directory; `undefined` where that cannot be told without asking git. */
export function findIndex(directory: string): string | undefined {
  try {
    for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
      const entry = path.join(folder, ".git");
      const stats = statSync(entry, { throwIfNoEntry: false });
      if (stats?.isDirectory() === true)
        return existsSync(path.join(entry, "HEAD")) ? path.join(entry, "index") : undefined;
      if (stats !== undefined) return indexOfLink(entry);
      if (folder === path.dirname(folder)) return undefined;
    }
  } catch {
    // A loop of links, a name that is too long, a file in the place of a folder: git says what it makes of it.
    return undefined;
  }
}

/** In a linked work tree or submodule `.git` is a file that names the git directory. */
function indexOfLink(file: string): string | undefined {
  try {
    const [, gitDir] = /^gitdir: (.+)\n?$/s.exec(readFileSync(file, "utf8")) ?? [];
    return gitDir === undefined ? undefined : path.join(path.resolve(path.dirname(file), gitDir.trimEnd()), "index");
  } catch {
    return undefined;
  }
}

function stamp(file: string): string {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? "none" : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  } catch (error) {
    return String(error);
  }
}

/** Differs when the file was written in between: git replaces an index, it never writes into it. */
export function indexStamp(index: string | undefined): string {
  return index === undefined ? "none" : stamp(index);
}

/** Differs when HEAD was moved in between: to another branch, or with its branch, of which git keeps a log. */
export function headStamp(index: string | undefined): string {
  if (index === undefined) return "none";
  const gitDir = path.dirname(index);
  return `${stamp(path.join(gitDir, "HEAD"))} ${stamp(path.join(gitDir, "logs", "HEAD"))}`;
}

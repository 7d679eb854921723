import { cpSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * The paths that differ between `base` and the work tree, by git's own word and on a way that no subject takes: everything is added to
 * another index, with another place for its objects, and that index is compared. The repository is not written.
 * @param {{ readonly directory: string, readonly savedIndex: string, readonly gitWith: Function }} repository
 * @param {string} base
 * @returns {ReadonlySet<string>}
 */
export function expectedPaths({ directory, savedIndex, gitWith }, base) {
  const objects = mkdtempSync(`${directory}.objects-`);
  const index = path.join(objects, "index");
  try {
    cpSync(savedIndex, index, { preserveTimestamps: true });
    const git = gitWith({
      GIT_INDEX_FILE: index,
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(directory, ".git/objects"),
    });
    git("add", "--all");
    return new Set(git("diff", "--cached", "--name-only", "--no-renames", "-z", base).split("\0").slice(0, -1));
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

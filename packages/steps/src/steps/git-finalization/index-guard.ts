import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";

/**
 * Keeps what the index holds, with all that only the index knows: contents staged in part, paths to be added, flags of paths. Gives the
 * way back to it, which goes as git's own writing does: by a new file under the name of the lock, so that no other git works on it
 * meanwhile, and with one stroke.
 *
 * @param file - absolute path of the index; there is none before the first `git add`
 * @returns puts it back; `false` where the index is locked, or `isOurs`, which is asked while it cannot change, says that somebody else has changed it
 */
export function keepIndex(file: string): (isOurs: () => Promise<boolean>) => Promise<boolean> {
  const bytes = readIndex(file);
  return async (isOurs) => {
    const lock = `${file}.lock`;
    let descriptor: number;
    try {
      descriptor = openSync(lock, "wx", 0o644);
    } catch {
      return false;
    }
    let isRenamed = false;
    try {
      const mayGo = await isOurs();
      if (mayGo && bytes !== undefined) {
        for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
        renameSync(lock, file);
        isRenamed = true;
      } else if (mayGo) rmSync(file, { force: true });
      return mayGo;
    } finally {
      closeSync(descriptor);
      // A lock that is there after that is another git's.
      if (!isRenamed) rmSync(lock, { force: true });
    }
  };
}

function readIndex(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

let serial = 0;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** Creates a new file beside `path`; other writers, also in other processes or containers, get other names. */
function openTemporary(path: string): { readonly temporary: string; readonly fd: number } {
  const folder = dirname(path);
  for (let madeFolder = false; ;) {
    serial += 1;
    const temporary = join(folder, `.${basename(path)}.${process.pid}.${serial}.tmp`);
    try {
      return { temporary, fd: openSync(temporary, "wx") };
    } catch (error) {
      if (hasCode(error, "EEXIST")) continue;
      if (!hasCode(error, "ENOENT") || madeFolder) throw error;
      mkdirSync(folder, { recursive: true });
      madeFolder = true;
    }
  }
}

/**
 * Writes a file as a whole: readers see the old content or the new, never a part, also when the process is killed or the
 * disk is full. The data goes to a new file in the same folder, which then takes the place of `path`; on an error that file
 * is removed and the old content stays. Missing folders are made. A symbolic link at `path` is replaced, not followed.
 *
 * The data is not forced to the disk: after a power cut a file may be empty, and readers must bear that.
 *
 * @throws the file system's error (`ENOSPC`, `EACCES`, …).
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const { temporary, fd } = openTemporary(path);
  try {
    try {
      writeFileSync(fd, data);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";

// A pipe under an expected name would block an ordinary open for ever.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
// The small files around the entries are far smaller; what is not must not fill the memory.
const MAX_READ_BYTES = 16 * 1024 * 1024;

/** The file operations that the statistics are made of, one system step each, so that a test can stop between any two. */
export interface FileAccess {
  /** The text of a file, or `undefined` where there is no file: nothing, a folder, a pipe, something far too large. Throws what else the system throws. */
  read(path: string): string | undefined;
  /** The names in a folder; none when there is no such folder. Throws what else the system throws. */
  list(folder: string): string[];
  /** Makes a folder whose parent exists; does nothing when it is there already. */
  makeFolder(path: string): void;
  /** Writes a new file; the owner alone may read it. */
  write(path: string, text: string): void;
  /** Gives a file another name, in place of what had it. */
  rename(from: string, to: string): void;
  /** Removes a file, or a folder with all that is in it, if it is there. */
  remove(path: string): void;
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Whether a system error says that there is nothing under the name. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}

function read(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, READ_FLAGS);
    const stat = fstatSync(descriptor);
    return stat.isFile() && stat.size <= MAX_READ_BYTES ? readFileSync(descriptor, "utf8") : undefined;
  } catch (error) {
    const code = codeOf(error);
    // A socket cannot be opened at all (ENXIO), a folder on some systems neither (EISDIR).
    if (isMissing(error) || code === "ENXIO" || code === "EISDIR") return undefined;
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Puts a file in the place of another, or of a folder that should not be there. Throws what the file system throws. */
export function replaceFile(files: FileAccess, from: string, to: string): void {
  try {
    files.rename(from, to);
  } catch (error) {
    if (!["EISDIR", "ENOTEMPTY", "EEXIST", "EPERM"].includes(codeOf(error) ?? "")) throw error;
    files.remove(to);
    files.rename(from, to);
  }
}

/** {@link FileAccess} to the real file system. */
export const realFiles: FileAccess = {
  read,
  list(folder): string[] {
    try {
      return readdirSync(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  makeFolder(path): void {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  },
  write(path, text): void {
    writeFileSync(path, text, { flag: "wx", mode: 0o600 });
  },
  rename(from, to): void {
    renameSync(from, to);
  },
  remove(path): void {
    rmSync(path, { recursive: true, force: true });
  },
};

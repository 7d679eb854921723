import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Why {@link readRegularFile} refused what it was given; what the file system refuses comes as the file system's own error. */
export class UnusableFileError extends Error {
  override readonly name = "UnusableFileError";
  /** `EISDIR`: a folder. `NOT_A_FILE`: a pipe, a device or a socket. `TOO_LARGE`: longer than asked for. */
  readonly code: "EISDIR" | "NOT_A_FILE" | "TOO_LARGE";

  constructor(code: UnusableFileError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** An opened file, to be closed by whoever asked for it. */
export interface OpenedFile {
  readonly fd: number;
  readonly sizeBytes: number;
}

/**
 * Opens a file for reading, and nothing but a file: a pipe without a writer would hang for ever and a device would never end.
 *
 * @throws {UnusableFileError} for what is no file.
 * @throws the file system's error (`ENOENT`, `EACCES`, …).
 */
export function openRegularFile(file: string): OpenedFile {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new UnusableFileError("EISDIR", `${file} is a folder`);
    if (!stat.isFile()) throw new UnusableFileError("NOT_A_FILE", `${file} is no regular file`);
    return { fd, sizeBytes: stat.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Reads a file as a whole; see {@link openRegularFile}.
 *
 * @param maxBytes - what a longer file has is not read, and it is refused
 * @throws {UnusableFileError} for what is no file, and for one that is too long.
 * @throws the file system's error (`ENOENT`, `EACCES`, …).
 */
export function readRegularFile(file: string, maxBytes: number): Buffer {
  const { fd, sizeBytes } = openRegularFile(file);
  try {
    if (sizeBytes > maxBytes) {
      throw new UnusableFileError("TOO_LARGE", `${file} has ${sizeBytes} bytes, more than ${maxBytes}`);
    }
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

import { readRegularFile } from "@ai-workflow/profiler";

/** Bytes of a file of the state folder; the largest, records and listings, take less than a tenth of it at ten thousand steps. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Reads a file of the state folder, a configuration, or a record that was given by its path: never waits for a pipe, and never reads without an end.
 *
 * @throws {UnusableFileError} for what is no file, or too large to be what it should be
 * @throws the file system's error (`ENOENT`, `EACCES`, …)
 */
export function readStateFile(file: string): Buffer {
  return readRegularFile(file, MAX_BYTES);
}

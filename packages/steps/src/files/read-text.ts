import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

/** Why the text of a file is not there to be judged. */
export type Unreadable =
  /** It is gone, a link, a folder, a device, or may not be read. */
  | "no-file"
  /** It holds a null character, as no text does. */
  | "binary"
  | "too-large";

/** Text files up to this size are read, in bytes. */
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/**
 * Reads a text file of the repository; a byte order mark is taken off. A symbolic link is not followed: it may lead out of the repository,
 * and what it leads to inside is judged by itself.
 *
 * @param file - relative to `directory`
 */
export function readText(
  directory: string,
  file: string,
  maxBytes: number = DEFAULT_MAX_BYTES,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: Unreadable } {
  let descriptor: number;
  try {
    // Opening a pipe would wait for its other end.
    descriptor = openSync(path.join(directory, file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return { ok: false, reason: "no-file" };
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { ok: false, reason: "no-file" };
    if (status.size > maxBytes) return { ok: false, reason: "too-large" };
    const bytes = readFileSync(descriptor);
    if (bytes.includes(0)) return { ok: false, reason: "binary" };
    return { ok: true, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
  } catch {
    return { ok: false, reason: "no-file" };
  } finally {
    closeSync(descriptor);
  }
}

import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readlinkSync, readSync } from "node:fs";
import { READ_FILE_ITSELF } from "./open-flags.ts";

/** What stands at a path of the disk. */
export type DiskContent =
  | { readonly outcome: "read"; readonly mode: "100644" | "100755" | "120000"; readonly id: string }
  /** There is no file and no symbolic link (any more). */
  | { readonly outcome: "gone" }
  | { readonly outcome: "unreadable" };

/** Bytes read at once, and the most memory that one file takes. */
const BLOCK_BYTES = 256 * 1024;
/** Bytes hashed between two turns of the event loop. */
const BYTES_PER_TURN = 8 * 1024 * 1024;
/** How often a file is read again that changed its length while being read. */
const ATTEMPTS = 3;

const newHash = (length: number): Hash => createHash("sha1").update(`blob ${length}\0`);

/** Whether what stands at the path is missing, or no longer what the caller took it for. */
const isGone = (code: string | undefined): boolean => code === "ENOENT" || code === "ENOTDIR" || code === "ENXIO";

function readLink(path: string | Buffer): DiskContent {
  try {
    const target = readlinkSync(path, { encoding: "buffer" });
    return { outcome: "read", mode: "120000", id: newHash(target.length).update(target).digest("hex") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EINVAL: no link.
    return { outcome: isGone(code) || code === "EINVAL" ? "gone" : "unreadable" };
  }
}

/** Hashes an open file; `undefined` where its length is not what it was when the reading began. */
async function hashOpenFile(
  file: number,
  length: number,
  block: Buffer,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const hash = newHash(length);
  let total = 0;
  for (;;) {
    const count = readSync(file, block, 0, block.length, null);
    if (count === 0) return total === length ? hash.digest("hex") : undefined;
    total += count;
    if (total > length) return undefined;
    hash.update(block.subarray(0, count));
    // A small file ends at its first short read: no second call to hear that there is no more.
    if (total === length && count < block.length) return hash.digest("hex");
    if (total % BYTES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  }
}

/**
 * Gives a function that reads mode and content id of one path after the other, through one block of memory. In the middle of a large file it
 * rejects with the reason of `signal` when that aborts.
 */
export function createDiskReader(
  signal?: AbortSignal,
): (path: string | Buffer, kind: "file" | "link") => Promise<DiskContent> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  return async (path, kind) => {
    if (kind === "link") return readLink(path);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      let file: number | undefined;
      try {
        file = openSync(path, READ_FILE_ITSELF);
        const stats = fstatSync(file);
        if (!stats.isFile()) return { outcome: "gone" };
        const isExecutable = process.platform !== "win32" && (stats.mode & 0o100) !== 0;
        const id = await hashOpenFile(file, stats.size, block, signal);
        if (id !== undefined) return { outcome: "read", mode: isExecutable ? "100755" : "100644", id };
      } catch (error) {
        if (signal?.aborted === true) throw error;
        const { code } = error as NodeJS.ErrnoException;
        // With O_NOFOLLOW: it is a link by now.
        if (code === "ELOOP") return readLink(path);
        return { outcome: isGone(code) ? "gone" : "unreadable" };
      } finally {
        if (file !== undefined) closeSync(file);
      }
    }
    return { outcome: "unreadable" };
  };
}

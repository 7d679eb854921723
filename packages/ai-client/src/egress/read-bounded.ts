import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** What came of reading a file. */
export type BoundedRead =
  | { readonly status: "read"; readonly bytes: Buffer }
  | { readonly status: "missing" | "unreadable" | "not-a-file" | "too-large" };

function failureOf(error: unknown): "missing" | "unreadable" {
  const { code } = Object(error) as { readonly code?: unknown };
  return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable";
}

/** The bytes of a regular file, if there are no more than `maxBytes`. Pipes and devices are not waited for. */
export async function readBounded(path: string, maxBytes: number): Promise<BoundedRead> {
  let file;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    // A socket cannot be opened at all.
    return { status: (Object(error) as { code?: unknown }).code === "ENXIO" ? "not-a-file" : failureOf(error) };
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return { status: "not-a-file" };
    if (stat.size > maxBytes) return { status: "too-large" };
    // One byte more than allowed tells a file that has grown since.
    const buffer = Buffer.alloc(Math.min(maxBytes, stat.size) + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0) return { status: "read", bytes: buffer.subarray(0, length) };
      if (length === buffer.length) return { status: length > maxBytes ? "too-large" : "unreadable" };
    }
  } catch (error) {
    return { status: failureOf(error) };
  } finally {
    await file.close();
  }
}

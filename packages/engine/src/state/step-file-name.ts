import { createHash } from "node:crypto";

/** Bytes of a name that leave room for an ending and for what a temporary file adds; file systems take 255. */
const MAX_BYTES = 180;

/**
 * The name of a file that belongs to a step, without an ending: the id, in which a colon and a slash, which are no part of a file name
 * everywhere, are written as bytes. Different ids have different names, also where a long one is cut.
 */
export function stepFileName(stepId: string): string {
  // A per cent sign is in an id only before two digits that stand for neither of them.
  const name = stepId.replaceAll(":", "%3A").replaceAll("/", "%2F");
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const start = Buffer.from(name)
    .subarray(0, MAX_BYTES - 33)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
  return `${start}~${createHash("sha256").update(stepId).digest("hex").slice(0, 32)}`;
}

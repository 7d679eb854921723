import { isUtf8 } from "node:buffer";
import type { GitName } from "../git-name.ts";

const NOT_ASCII = /[^\0-\u007f]/;

/**
 * A name from its bytes, given as a string with one character a byte (latin1). Such strings order, compare and hash as git orders names,
 * which no other form does without conversions.
 */
export function nameFromRaw(raw: string): GitName {
  if (!NOT_ASCII.test(raw)) return { path: raw, bytes: undefined };
  const bytes = Buffer.from(raw, "latin1");
  const path = bytes.toString("utf8");
  return isUtf8(bytes) ? { path, bytes: undefined } : { path, bytes };
}

/** The bytes of a name, one character a byte. */
export function rawFromName({ path, bytes }: GitName): string {
  if (bytes !== undefined) return Buffer.from(bytes).toString("latin1");
  return NOT_ASCII.test(path) ? Buffer.from(path, "utf8").toString("latin1") : path;
}

/** Where a file is; bytes where the name is not ASCII. */
export function rawOnDisk(root: string, raw: string): string | Buffer {
  return NOT_ASCII.test(raw) ? Buffer.concat([Buffer.from(`${root}/`), Buffer.from(raw, "latin1")]) : `${root}/${raw}`;
}

import { createHash } from "node:crypto";
import type { FileEntry } from "../change.ts";
import { compareNames } from "../git-name.ts";

/** Part of the hash, so that a change of the definition changes every fingerprint. */
const FINGERPRINT_VERSION = "files-1\n";
/** Text gathered before it is handed to the hash: few calls, bounded memory. */
const CHUNK_LENGTH = 65_536;

function compareFiles(a: FileEntry, b: FileEntry): number {
  const byName = compareNames(a.path, a.pathBytes, b.path, b.pathBytes);
  if (byName !== 0) return byName;
  if (a.mode !== b.mode) return a.mode < b.mode ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

function isSorted(files: readonly FileEntry[]): boolean {
  for (let index = 1; index < files.length; index += 1) {
    const [before, after] = [files[index - 1], files[index]];
    if (before !== undefined && after !== undefined && compareFiles(before, after) > 0) return false;
  }
  return true;
}

/**
 * One SHA-256 (64 hex digits) over names, modes and content ids. The order of `files` does not matter; every field carries its
 * length, so that no two different sets share their bytes. O(n) for files that are already sorted, else O(n log n).
 */
export function fingerprintFiles(files: Iterable<FileEntry>): string {
  const list = [...files];
  if (!isSorted(list)) list.sort(compareFiles);
  const hash = createHash("sha256").update(FINGERPRINT_VERSION);
  let text = "";
  for (const { path, pathBytes, mode, id } of list) {
    if (pathBytes === undefined) {
      text += `${Buffer.byteLength(path, "utf8")}:${path}`;
    } else {
      hash.update(`${text}${pathBytes.length}:`).update(pathBytes);
      text = "";
    }
    text += `${mode.length}:${mode}${id.length}:${id}`;
    if (text.length > CHUNK_LENGTH) {
      hash.update(text);
      text = "";
    }
  }
  return hash.update(text).digest("hex");
}

import type { FileEntry } from "./change.ts";
import type { GitName } from "./git-name.ts";
import type { PathState } from "./path-facts.ts";

/** The name of a file or change. */
export function nameOf({ path, pathBytes }: Pick<FileEntry, "path" | "pathBytes">): GitName {
  return { path, bytes: pathBytes };
}

/** A file of this name in this state; no field for bytes that are not needed. */
export function toFileEntry({ path, bytes }: GitName, { mode, id }: PathState): FileEntry {
  return bytes === undefined ? { path, mode, id } : { path, mode, id, pathBytes: bytes };
}

import type { FileEntry } from "../change.ts";
import { ChangeDetectionError } from "../errors.ts";
import { decodeOutput, nameKey } from "../git-name.ts";

/**
 * Reads the output of `git ls-files -s -z`, leaving out unmerged entries and every path for which `isDropped` holds.
 * @throws {@link ChangeDetectionError} when a record is not in the documented format.
 */
export function parseLsFiles(output: Buffer, isDropped: ((key: string) => boolean) | undefined): FileEntry[] {
  const { text, toName } = decodeOutput(output);
  const files: FileEntry[] = [];
  let start = 0;
  let mode = "100644";
  // Every record of a repository has the same shape: <mode> <id> <stage> TAB <path> NUL
  const idLength = text.indexOf(" ", 7) - 7;
  const nameOffset = 7 + idLength + 3;
  while (start < text.length) {
    const end = text.indexOf("\0", start + nameOffset);
    if (end === -1 || text.charCodeAt(start + nameOffset - 1) !== 9) {
      throw new ChangeDetectionError("Cannot read git ls-files: a record is cut off or unknown", start);
    }
    if (text.charCodeAt(start + nameOffset - 2) === 48) {
      const name = toName(text.slice(start + nameOffset, end));
      if (isDropped === undefined || !isDropped(nameKey(name))) {
        // Nearly all modes are the one before: no new string for them.
        if (!text.startsWith(mode, start)) mode = text.slice(start, start + 6);
        const id = text.slice(start + 7, start + 7 + idLength);
        files.push(
          name.bytes === undefined
            ? { path: name.path, mode, id }
            : { path: name.path, mode, id, pathBytes: name.bytes },
        );
      }
    }
    start = end + 1;
  }
  return files;
}

import type { FileEntry } from "../change.ts";
import { ChangeDetectionError } from "../errors.ts";
import type { DecodedOutput, GitName } from "../git-name.ts";
import { createBlockReader, type BlockReader } from "./block-reader.ts";

/** A reader of `git ls-files -v -s -o -z`, and what it has read when it has come to the end. */
export interface LsFilesReader extends BlockReader {
  /** Every entry of the index that is not unmerged. */
  readonly files: readonly FileEntry[];
  /** Those of them that git was told not to look at: assume-unchanged or skip-worktree. */
  readonly unwatched: readonly FileEntry[];
  /** What is not in the index. */
  readonly untracked: readonly GitName[];
}

/** `? ` before the name: not in the index. */
const OTHER = 63;
/** `H ` before the mode: a cached entry that git looks at. */
const WATCHED = 72;
const MODE_AT = 2;
const ID_AT = MODE_AT + 7;

/**
 * Reads the output of `git ls-files -v -s -o -z` piece by piece.
 * @throws {@link ChangeDetectionError} when a record is not in the documented format.
 */
export function createLsFilesReader(): LsFilesReader {
  const files: FileEntry[] = [];
  const unwatched: FileEntry[] = [];
  const untracked: GitName[] = [];
  const lists = { files, unwatched, untracked };
  return { ...createBlockReader((block) => parseBlock(block, lists)), ...lists };
}

/**
 * Reads the whole output of `git ls-files -v -s -o -z`.
 * @throws {@link ChangeDetectionError} as `createLsFilesReader()`.
 */
export function parseLsFiles(output: Buffer): Pick<LsFilesReader, "files" | "unwatched" | "untracked"> {
  const reader = createLsFilesReader();
  reader.push(output);
  reader.end();
  return reader;
}

interface Lists {
  readonly files: FileEntry[];
  readonly unwatched: FileEntry[];
  readonly untracked: GitName[];
}

function parseBlock({ text, toName }: DecodedOutput, { files, unwatched, untracked }: Lists): number {
  let start = 0;
  for (; text.charCodeAt(start) === OTHER; start = text.indexOf("\0", start) + 1) {
    const end = text.indexOf("\0", start);
    if (end === -1 || text[start + 1] !== " ") {
      throw new ChangeDetectionError("Cannot read git ls-files: a record is cut off or unknown", { offset: start });
    }
    untracked.push(toName(text.slice(start + 2, end)));
  }
  let mode = "100644";
  // Every other record of a repository has the same shape: <tag> <mode> <id> <stage> TAB <path> NUL
  const idLength = text.indexOf(" ", start + ID_AT) - (start + ID_AT);
  const nameOffset = ID_AT + idLength + 3;
  while (start < text.length) {
    const end = text.indexOf("\0", start + nameOffset);
    if (end === -1 || text.charCodeAt(start + nameOffset - 1) !== 9) {
      throw new ChangeDetectionError("Cannot read git ls-files: a record is cut off or unknown", { offset: start });
    }
    if (text.charCodeAt(start + nameOffset - 2) === 48) {
      const { path, bytes } = toName(text.slice(start + nameOffset, end));
      // Nearly all modes are the one before: no new string for them.
      if (!text.startsWith(mode, start + MODE_AT)) mode = text.slice(start + MODE_AT, start + MODE_AT + 6);
      const id = text.slice(start + ID_AT, start + ID_AT + idLength);
      const file: FileEntry = bytes === undefined ? { path, mode, id } : { path, mode, id, pathBytes: bytes };
      files.push(file);
      if (text.charCodeAt(start) !== WATCHED) unwatched.push(file);
    }
    start = end + 1;
  }
  return text.length;
}

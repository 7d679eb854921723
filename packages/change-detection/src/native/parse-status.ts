import { ChangeDetectionError } from "../errors.ts";
import { decodeOutput, type GitName } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";

/** One path of `git status --porcelain=v2`. */
export interface StatusEntry {
  readonly name: GitName;
  /** Where a rename came from. */
  readonly from: GitName | undefined;
  /** The rename is between index and work tree (after `git add -N`), not between HEAD and index. */
  readonly isWorkRename: boolean;
  readonly head: PathState | undefined;
  readonly index: PathState | undefined;
  /** Mode in the work tree; `undefined` where there is no such file, or for untracked files, whose mode git does not tell. */
  readonly workMode: string | undefined;
  readonly staged: boolean;
  readonly unstaged: boolean;
  readonly untracked: boolean;
  readonly unmerged: boolean;
  /** For a submodule: has it another commit checked out, and are there changes inside it? */
  readonly submodule: { readonly moved: boolean; readonly dirty: boolean } | undefined;
}

/** What `git status --porcelain=v2 --branch -z` says. */
export interface StatusReport {
  /** `null` before the first commit, `undefined` when git did not say. */
  readonly headOid: string | null | undefined;
  /** Name of the branch, `null` for a detached HEAD. */
  readonly branch: string | null | undefined;
  readonly entries: readonly StatusEntry[];
}

const ABSENT = "000000";
const DOT = 46;

function state(mode: string, id: string): PathState | undefined {
  return mode === ABSENT ? undefined : { mode, id };
}

/**
 * Reads the output of `git status --porcelain=v2 --branch -z`.
 * @throws {@link ChangeDetectionError} when a record is not in the documented format (git-status, "Porcelain Format Version 2").
 */
export function parseStatus(output: Buffer): StatusReport {
  const { text, toName } = decodeOutput(output);
  const entries: StatusEntry[] = [];
  let headOid: string | null | undefined;
  let branch: string | null | undefined;
  let start = 0;
  while (start < text.length) {
    const recordStart = start;
    const end = text.indexOf("\0", start);
    const kind = text[start];
    if (end === -1 || text[start + 1] !== " ") {
      throw new ChangeDetectionError("Cannot read git status: a record is cut off or unknown", start);
    }
    start = end + 1;
    if (kind === "#") {
      if (text.startsWith("# branch.oid ", recordStart)) {
        const oid = text.slice(recordStart + 13, end);
        headOid = oid === "(initial)" ? null : oid;
      } else if (text.startsWith("# branch.head ", recordStart)) {
        const name = text.slice(recordStart + 14, end);
        branch = name === "(detached)" ? null : name;
      }
    } else if (kind === "?") {
      entries.push({
        name: toName(text.slice(recordStart + 2, end)),
        from: undefined,
        isWorkRename: false,
        head: undefined,
        index: undefined,
        workMode: undefined,
        staged: false,
        unstaged: false,
        untracked: true,
        unmerged: false,
        submodule: undefined,
      });
    } else if (kind === "1" || kind === "2" || kind === "u") {
      // All fields before the names have a fixed width; the ids are 40 or 64 characters.
      const modes = kind === "u" ? 4 : 3;
      const idsAt = recordStart + 10 + modes * 7;
      const idLength = text.indexOf(" ", idsAt) - idsAt;
      let nameAt = idsAt + (modes - 1) * (idLength + 1);
      let from: GitName | undefined;
      if (kind === "2") {
        const scoreEnd = text.indexOf(" ", nameAt);
        const fromEnd = text.indexOf("\0", start);
        if (scoreEnd === -1 || scoreEnd > end || fromEnd === -1) {
          throw new ChangeDetectionError("Cannot read git status: a rename has no second name", recordStart);
        }
        nameAt = scoreEnd + 1;
        from = toName(text.slice(start, fromEnd));
        start = fromEnd + 1;
      }
      if ((idLength !== 40 && idLength !== 64) || nameAt >= end) {
        throw new ChangeDetectionError("Cannot read git status: a record has an unknown shape", recordStart);
      }
      const mode = (position: number): string =>
        text.slice(recordStart + 10 + position * 7, recordStart + 16 + position * 7);
      const id = (position: number): string =>
        text.slice(idsAt + position * (idLength + 1), idsAt + position * (idLength + 1) + idLength);
      const x = text.charCodeAt(recordStart + 2);
      const y = text.charCodeAt(recordStart + 3);
      const unmerged = kind === "u";
      const isWorkRename = from !== undefined && x === DOT;
      const workMode = mode(modes - 1);
      entries.push({
        name: toName(text.slice(nameAt, end)),
        from,
        isWorkRename,
        // The first fields of a rename describe the old path, which the new one does not share.
        head: unmerged ? state(mode(1), id(1)) : from === undefined ? state(mode(0), id(0)) : undefined,
        index: unmerged || isWorkRename ? undefined : state(mode(1), id(1)),
        workMode: workMode === ABSENT ? undefined : workMode,
        staged: x !== DOT && !unmerged,
        unstaged: y !== DOT || unmerged,
        untracked: false,
        unmerged,
        submodule:
          text[recordStart + 5] === "S"
            ? {
                moved: text[recordStart + 6] === "C",
                dirty: text[recordStart + 7] === "M" || text[recordStart + 8] === "U",
              }
            : undefined,
      });
      if (from !== undefined) {
        // The old path is its own entry: there before, gone now.
        entries.push({
          name: from,
          from: undefined,
          isWorkRename: false,
          head: state(mode(isWorkRename ? 1 : 0), id(isWorkRename ? 1 : 0)),
          index: isWorkRename ? state(mode(1), id(1)) : undefined,
          workMode: undefined,
          staged: !isWorkRename,
          unstaged: isWorkRename,
          untracked: false,
          unmerged: false,
          submodule: undefined,
        });
      }
    } else if (kind !== "!") {
      throw new ChangeDetectionError("Cannot read git status: a record is of an unknown kind", recordStart);
    }
  }
  return { headOid, branch, entries };
}

import { ChangeDetectionError } from "../errors.ts";
import type { StatusEntry } from "../git-engine.ts";
import type { DecodedOutput, GitName } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";
import { createBlockReader, type BlockReader } from "./block-reader.ts";
import { untrackedEntry } from "./untracked-entry.ts";

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

/** A reader of `git status --porcelain=v2 --branch -z`, and what it has read when it has come to the end. */
export interface StatusReader extends BlockReader {
  readonly report: () => StatusReport;
}

/**
 * Reads the output of `git status --porcelain=v2 --branch -z` piece by piece.
 * @throws {@link ChangeDetectionError} when a record is not in the documented format (git-status, "Porcelain Format Version 2").
 */
export function createStatusReader(): StatusReader {
  const entries: StatusEntry[] = [];
  const head: Head = { oid: undefined, branch: undefined };
  const reader = createBlockReader((block, isLast) => parseBlock(block, isLast, entries, head));
  return { ...reader, report: () => ({ headOid: head.oid, branch: head.branch, entries }) };
}

/**
 * Reads the whole output of `git status --porcelain=v2 --branch -z`.
 * @throws {@link ChangeDetectionError} as `createStatusReader()`.
 */
export function parseStatus(output: Buffer): StatusReport {
  const reader = createStatusReader();
  reader.push(output);
  reader.end();
  return reader.report();
}

interface Head {
  oid: string | null | undefined;
  branch: string | null | undefined;
}

function parseBlock({ text, toName }: DecodedOutput, isLast: boolean, entries: StatusEntry[], head: Head): number {
  let start = 0;
  while (start < text.length) {
    const recordStart = start;
    const end = text.indexOf("\0", start);
    const kind = text[start];
    if (end === -1 || text[start + 1] !== " ") {
      throw new ChangeDetectionError("Cannot read git status: a record is cut off or unknown", { offset: start });
    }
    start = end + 1;
    if (kind === "#") {
      if (text.startsWith("# branch.oid ", recordStart)) {
        const oid = text.slice(recordStart + 13, end);
        head.oid = oid === "(initial)" ? null : oid;
      } else if (text.startsWith("# branch.head ", recordStart)) {
        const name = text.slice(recordStart + 14, end);
        head.branch = name === "(detached)" ? null : name;
      }
    } else if (kind === "?") {
      entries.push(untrackedEntry(toName(text.slice(recordStart + 2, end))));
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
        if (fromEnd === -1 && !isLast) return recordStart;
        if (scoreEnd === -1 || scoreEnd > end || fromEnd === -1) {
          throw new ChangeDetectionError("Cannot read git status: a rename has no second name", {
            offset: recordStart,
          });
        }
        nameAt = scoreEnd + 1;
        from = toName(text.slice(start, fromEnd));
        start = fromEnd + 1;
      }
      if ((idLength !== 40 && idLength !== 64) || nameAt >= end) {
        throw new ChangeDetectionError("Cannot read git status: a record has an unknown shape", {
          offset: recordStart,
        });
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
      throw new ChangeDetectionError("Cannot read git status: a record is of an unknown kind", { offset: recordStart });
    }
  }
  return text.length;
}

import { statSync } from "node:fs";
import { LIST_INDEX, LIST_UNTRACKED, lsFilesArguments, statusArguments } from "./git-commands.ts";
import type { Git, GitResult } from "./git-process.ts";
import { findIndex, indexStamp } from "./index-stamp.ts";
import { createLsFilesReader, type LsFilesReader } from "./parse-ls-files.ts";
import { createStatusReader, type StatusReport } from "./parse-status.ts";
import { untrackedEntry } from "./untracked-entry.ts";

/** What git says of index and work tree. */
export interface Look {
  readonly report: StatusReport;
  /** The index, where it was asked for. */
  readonly list: Pick<LsFilesReader, "files" | "unwatched"> | undefined;
  /** What `git status` wrote to its standard error. */
  readonly messages: string;
}

/** Bytes of an index, of some five thousand files, up to which starting one more process takes longer than it saves. */
const SMALL_INDEX_BYTES = 400_000;

/** How often two processes may find the index changed between them before one is asked for both. */
const ATTEMPTS = 2;

/** `git status` and `git ls-files` at the same time; gives the result that failed, if one did. */
async function look(
  git: Git,
  cwd: string,
  { wantsIndex, isSplit }: { readonly wantsIndex: boolean; readonly isSplit: boolean },
): Promise<Look | GitResult> {
  const statusReader = createStatusReader();
  const listReader = createLsFilesReader();
  const wanted = [...(wantsIndex ? LIST_INDEX : []), ...(isSplit ? LIST_UNTRACKED : [])];
  // The one that takes longest goes first.
  const [list, status] = await Promise.all([
    wanted.length === 0 ? undefined : git(lsFilesArguments(wanted), { cwd, reader: listReader }),
    git(statusArguments({ untracked: !isSplit }), { cwd, reader: statusReader }),
  ]);
  if (status.exitCode !== 0) return status;
  if (list !== undefined && list.exitCode !== 0) return list;
  const report = statusReader.report();
  const untracked = listReader.untracked.map(untrackedEntry);
  return {
    report: untracked.length === 0 ? report : { ...report, entries: [...report.entries, ...untracked] },
    list: wantsIndex ? listReader : undefined,
    messages: status.stderr,
  };
}

/**
 * Asks git for index and work tree. Looking for untracked files takes about as long as looking at the tracked ones, so that two processes
 * do it at the same time, where there are many or the second process runs anyway. A file that is added between their two looks at the index would be in neither answer: where the index was
 * written meanwhile, git is asked again.
 */
export async function lookAtWorkTree(git: Git, directory: string, wantsIndex: boolean): Promise<Look | GitResult> {
  const index = findIndex(directory);
  const pays = index !== undefined && (wantsIndex || sizeOf(index) > SMALL_INDEX_BYTES);
  for (let left = pays ? ATTEMPTS : 0; left > 0; left -= 1) {
    const before = indexStamp(index);
    const found = await look(git, directory, { wantsIndex, isSplit: true });
    if (indexStamp(index) === before) return found;
  }
  return look(git, directory, { wantsIndex, isSplit: false });
}

function sizeOf(file: string): number {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}

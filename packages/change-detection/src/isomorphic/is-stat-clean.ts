import type { Stats } from "node:fs";
import type { IndexEntry, IndexStat } from "./parse-index.ts";
import type { WorkSettings } from "./open-repository.ts";

const EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
const UINT32 = 2 ** 32;

/** The time of an index as Node gives it: a float of milliseconds, made in the same way from the same two numbers. */
const toMs = (seconds: number, nanoseconds: number): number => seconds * 1000 + nanoseconds / 1e6;

/** Whole seconds where the index knows no more (git and libraries that were built so), else all that Node can tell. */
function isSameTime(seconds: number, nanoseconds: number, ms: number, isMinimal: boolean): boolean {
  return nanoseconds === 0 || isMinimal ? Math.floor(ms / 1000) === seconds : toMs(seconds, nanoseconds) === ms;
}

/** Was the file written at the time of the index or later, so that an edit of the same size may not have changed its time? */
function isRacy({ mtimeSeconds, mtimeNanoseconds }: IndexStat, writtenMs: number): boolean {
  return mtimeNanoseconds === 0
    ? mtimeSeconds >= Math.floor(writtenMs / 1000)
    : toMs(mtimeSeconds, mtimeNanoseconds) >= writtenMs;
}

/** The time that git notes beside the one of the last modification: on Windows that of the creation. */
const noted = (stats: Stats): number => (process.platform === "win32" ? stats.birthtimeMs : stats.ctimeMs);

/** Is what the file system says of a file what the index noted of it? Times count in whole seconds where `isCoarse`. */
function isSameStat({ id, stat }: IndexEntry, stats: Stats, settings: WorkSettings, isCoarse: boolean): boolean {
  const { trustsCtime, isMinimal } = settings;
  if (stats.size % UINT32 !== stat.sizeBytes) return false;
  // git marks entries that it must look at again with a size of zero.
  if (stat.sizeBytes === 0 && id !== EMPTY_BLOB) return false;
  if (!isSameTime(stat.mtimeSeconds, stat.mtimeNanoseconds, stats.mtimeMs, isMinimal || isCoarse)) return false;
  if (isMinimal) return true;
  if (trustsCtime && !isSameTime(stat.ctimeSeconds, stat.ctimeNanoseconds, noted(stats), isCoarse)) return false;
  return stat.inode === 0 || stats.ino % UINT32 === stat.inode;
}

/**
 * Can a regular file or a link be taken for unchanged without reading it? The rules are git's (`ie_match_stat()` in read-cache.c and
 * Documentation/technical/racy-git), with times compared to the nanosecond where the index has them.
 *
 * @param writtenMs - when the index was written
 */
export function isStatClean(
  entry: IndexEntry,
  stats: Stats,
  options: { readonly writtenMs: number; readonly settings: WorkSettings },
): boolean {
  return isSameStat(entry, stats, options.settings, false) && !isRacy(entry.stat, options.writtenMs);
}

/** Has a file been written, as far as git sees it, which counts in whole seconds unless it was built otherwise? */
export function isTouched(entry: IndexEntry, stats: Stats, settings: WorkSettings): boolean {
  return !isSameStat(entry, stats, settings, true);
}

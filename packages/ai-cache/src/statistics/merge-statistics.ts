import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { codeOf, realFiles, replaceFile, type FileAccess } from "../files/file-access.ts";
import { withDirectoryLock, type DirectoryLock } from "../locks/directory-lock.ts";
import {
  formatIndex,
  parseIndex,
  toCacheIndex,
  type CacheIndex,
  type KnownStatistics,
  type Listing,
} from "./cache-index.ts";
import { addCounters, parseCounters, type Counters } from "./counters.ts";

/** The file with the statistics of a cache directory. */
export const INDEX_FILE = "index.json";
/** The folder of what no merge has taken in yet. */
export const JOURNAL_FOLDER = "stats.d";
/** The lock of merges. */
export const STATISTICS_LOCK = "stats.lock";

const SEGMENT_NAME = /^\d+-[0-9a-f-]{36}-\d+\.json$/;
const READ_ATTEMPTS = 4;

interface Unabsorbed {
  readonly known: KnownStatistics;
  readonly names: readonly string[];
  readonly isComplete: boolean;
}

/** The counters of a journal segment. A segment appears whole or not at all, so one that cannot be parsed is damage, and counts nothing. */
function parseSegment(text: string): Counters {
  try {
    return parseCounters(JSON.parse(text)) ?? new Map();
  } catch {
    return new Map();
  }
}

/** The index and the segments beyond it, added up. */
function addUp(directory: string, files: FileAccess, nowMs: number): Unabsorbed {
  const text = files.read(join(directory, INDEX_FILE));
  const base = parseIndex(text) ?? {
    sinceMs: nowMs,
    counters: new Map<string, number>(),
    absorbed: [],
    listing: undefined,
  };
  const names = files.list(join(directory, JOURNAL_FOLDER)).filter((name) => SEGMENT_NAME.test(name));
  const isAbsorbed = new Set(base.absorbed);
  const found: Counters[] = [];
  const absorbed: string[] = [];
  let isComplete = true;
  for (const name of names) {
    if (!isAbsorbed.has(name)) {
      let segment: string | undefined;
      try {
        segment = files.read(join(directory, JOURNAL_FOLDER, name));
      } catch (error) {
        if (codeOf(error) !== "EACCES") throw error;
        // Another user's: it waits for a merge by its owner.
        continue;
      }
      if (segment === undefined) {
        isComplete = false;
        continue;
      }
      found.push(parseSegment(segment));
    }
    absorbed.push(name);
  }
  const known = { ...base, counters: addCounters(base.counters, ...found), absorbed };
  return { known, names: absorbed, isComplete: isComplete && files.read(join(directory, INDEX_FILE)) === text };
}

/** Options of {@link readCacheIndex}. */
export interface ReadCacheIndexOptions {
  /** The clock, in milliseconds since the Unix epoch. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
}

/**
 * The lifetime statistics of the cache in `directory`, from `index.json` and what was journalled since. Changes
 * nothing, needs no lock, and works where nothing may be written. What is damaged or missing counts nothing.
 *
 * @throws what the file system throws where the directory may not be read
 */
export function readCacheIndex(directory: string, options: ReadCacheIndexOptions = {}): CacheIndex {
  const { now = (): number => Date.now() } = options;
  return readStatistics(directory, Math.floor(now()));
}

/** As {@link readCacheIndex}, with a fresh `listing` of the entries where there is one. */
export function readStatistics(directory: string, nowMs: number, listing?: Listing): CacheIndex {
  let sum = addUp(directory, realFiles, nowMs);
  // A merge in between moves numbers from segments to the index: look again.
  for (let attempt = 1; attempt < READ_ATTEMPTS && !sum.isComplete; attempt += 1) {
    sum = addUp(directory, realFiles, nowMs);
  }
  return toCacheIndex(listing === undefined ? sum.known : { ...sum.known, listing }, nowMs);
}

/** Options of {@link mergeStatistics}. */
export interface MergeOptions {
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** A fresh listing of the entries, if there is one. */
  readonly listing?: Listing | undefined;
  /** How long to wait for another merge, in milliseconds. @defaultValue 0 */
  readonly waitMs?: number | undefined;
  /** @defaultValue the real file system */
  readonly files?: FileAccess | undefined;
}

/**
 * Takes the journal into `index.json` and returns what it says then; `undefined` when another process is at it or took
 * over. Not a number is counted twice or lost, wherever a merge is cut off: the new index, put in place in one step,
 * names the segments it has in it; only then are they removed, and the next merge removes what was left.
 *
 * @throws what the file system throws
 */
export function mergeStatistics(directory: string, options: MergeOptions): CacheIndex | undefined {
  const { now, listing, waitMs, files = realFiles } = options;
  const merge = (lock: DirectoryLock): CacheIndex | undefined => {
    const nowMs = Math.floor(now());
    const { known, names } = addUp(directory, files, nowMs);
    const merged = listing === undefined ? known : { ...known, listing };
    const index = join(directory, INDEX_FILE);
    const temporary = `${index}.${randomUUID()}.tmp`;
    try {
      files.write(temporary, formatIndex(merged, nowMs));
      if (!lock.isHeld()) {
        files.remove(temporary);
        return undefined;
      }
      replaceFile(files, temporary, index);
    } catch (error) {
      files.remove(temporary);
      throw error;
    }
    for (const name of names) files.remove(join(directory, JOURNAL_FOLDER, name));
    return toCacheIndex(merged, nowMs);
  };
  const outcome = withDirectoryLock(join(directory, STATISTICS_LOCK), { now, waitMs }, merge);
  return outcome.held ? outcome.value : undefined;
}

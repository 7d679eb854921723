import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { realFiles, type FileAccess } from "../files/file-access.ts";
import { flattenCounters, subtractCounters, type Counters } from "./counters.ts";
import { JOURNAL_FOLDER, mergeStatistics } from "./merge-statistics.ts";

// What a killed process may lose of its statistics.
const FLUSH_AFTER_MS = 5000;
const FLUSH_AFTER_CALLS = 1000;
// So many small files of one process, and it takes them into the index itself.
const MERGE_AFTER_SEGMENTS = 16;

/** Options of {@link createJournal}. */
export interface JournalOptions {
  /** The cache directory. */
  readonly directory: string;
  /** The counts of this process so far; they only grow. */
  readonly snapshot: () => object;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls `work` once after `delayMs`, without keeping the process alive; the result calls it off. @defaultValue an unreferenced timer */
  readonly defer?: ((work: () => void, delayMs: number) => () => void) | undefined;
  /** @defaultValue the real file system */
  readonly files?: FileAccess | undefined;
}

/** Carries what one process counts into the directory, a few times a minute and at its end. */
export interface Journal {
  /** Says that something was counted. Costs next to nothing. */
  note(): void;
  /** Writes down what was counted since the last time; whether nothing is left to write. Never throws: what cannot be written waits. */
  flush(): boolean;
  /** The last flush, if anything was noted, and a merge if nobody else is at it. Afterwards nothing is left in the process. */
  close(): void;
}

function deferUnreferenced(work: () => void, delayMs: number): () => void {
  const timer = setTimeout(work, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}

// One listener for all caches of the process, there only while one of them has something to write.
const unwritten = new Set<() => void>();
function writeAll(): void {
  for (const close of unwritten) close();
}
function closeAtExit(close: () => void): void {
  if (unwritten.size === 0) process.on("exit", writeAll);
  unwritten.add(close);
}
function forgetAtExit(close: () => void): void {
  if (unwritten.delete(close) && unwritten.size === 0) process.off("exit", writeAll);
}

/**
 * A journal of what this process counts. Each flush is a segment, a small file of its own that appears whole and is
 * never written again: unlike a file that grows, it needs nobody to know whether its writer lives, also not across
 * containers, and cannot be torn. A merge takes segments into `index.json`.
 */
export function createJournal(options: JournalOptions): Journal {
  const { directory, snapshot, now, defer = deferUnreferenced, files = realFiles } = options;
  const writer = `${process.pid}-${randomUUID()}`;
  let written: Counters = new Map();
  let hasNotes = false;
  let notedCount = 0;
  let segmentCount = 0;
  let unmergedCount = 0;
  let callOff: (() => void) | undefined;

  function write(counters: Counters): void {
    const folder = join(directory, JOURNAL_FOLDER);
    segmentCount += 1;
    const segment = join(folder, `${writer}-${segmentCount}.json`);
    const temporary = `${segment}.tmp`;
    files.makeFolder(folder);
    try {
      files.write(temporary, `${JSON.stringify(Object.fromEntries(counters))}\n`);
      files.rename(temporary, segment);
    } catch (error) {
      files.remove(temporary);
      throw error;
    }
  }

  function merge(): void {
    try {
      if (unmergedCount > 0 && mergeStatistics(directory, { now, files }) !== undefined) unmergedCount = 0;
    } catch {
      // The segments stay; whoever merges next takes them.
    }
  }

  function flush(): boolean {
    callOff?.();
    callOff = undefined;
    notedCount = 0;
    const counted = flattenCounters(snapshot());
    const grown = subtractCounters(counted, written);
    if (grown.size > 0) {
      try {
        write(grown);
      } catch {
        // Also when there is no cache directory yet: statistics alone do not make one.
        return false;
      }
      written = counted;
      unmergedCount += 1;
    }
    forgetAtExit(close);
    return true;
  }

  function close(): void {
    if (hasNotes) flush();
    merge();
    forgetAtExit(close);
  }

  function flushAndMerge(): void {
    flush();
    if (unmergedCount >= MERGE_AFTER_SEGMENTS) merge();
  }

  return {
    note(): void {
      hasNotes = true;
      notedCount += 1;
      if (notedCount >= FLUSH_AFTER_CALLS) flushAndMerge();
      else if (callOff === undefined) {
        closeAtExit(close);
        callOff = defer(flushAndMerge, FLUSH_AFTER_MS);
      }
    },
    flush,
    close,
  };
}

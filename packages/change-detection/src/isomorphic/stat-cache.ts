import type { Stats } from "node:fs";

/** Remembers ids of files by what the file system says of them. Lives in memory only. */
export interface StatCache {
  /** The id of a file that has not been touched since it was hashed under the same `rules`. */
  readonly get: (raw: string, stats: Stats, rules: string) => string | undefined;
  /** To be given the stats from before the content was read. */
  readonly set: (raw: string, stats: Stats, rules: string, id: string) => void;
}

/** A file this young could be written again without its times telling: the coarsest file systems count in two seconds. */
const SETTLED_AFTER_MS = 2500;
const FILES_KEPT = 200_000;

const signature = (stats: Stats, rules: string): string =>
  `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.ino} ${stats.dev} ${rules}`;

/**
 * Creates a stat cache. A file is remembered only once its times lie back far enough, so that no later edit can leave them as they were
 * (git's "racily clean" problem, Documentation/technical/racy-git).
 *
 * @param now - milliseconds since 1970, from the clock that stamps files
 */
export function createStatCache(now: () => number): StatCache {
  const known = new Map<string, { readonly signature: string; readonly id: string }>();
  return {
    get: (raw, stats, rules) => {
      const entry = known.get(raw);
      return entry?.signature === signature(stats, rules) ? entry.id : undefined;
    },
    set: (raw, stats, rules, id) => {
      const newest = Math.max(stats.mtimeMs, stats.ctimeMs);
      known.delete(raw);
      if (now() - newest < SETTLED_AFTER_MS) return;
      known.set(raw, { signature: signature(stats, rules), id });
      if (known.size <= FILES_KEPT) return;
      for (const oldest of known.keys()) {
        known.delete(oldest);
        break;
      }
    },
  };
}

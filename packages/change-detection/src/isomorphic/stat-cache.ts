import type { Stats } from "node:fs";

/** Ids of one content. */
export interface ContentIds {
  /** As git would store it. */
  readonly stored: string;
  /** As it is. */
  readonly bytes: string;
}

/** Remembers ids of files by what the file system says of them. Lives in memory only. */
export interface StatCache {
  /** The ids of a file that has not been touched since it was hashed under the same `rules`. */
  readonly get: (raw: string, stats: Stats, rules: string) => ContentIds | undefined;
  /** To be given the stats from before the content was read. */
  readonly set: (raw: string, stats: Stats, rules: string, ids: ContentIds) => void;
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
  const known = new Map<string, { readonly signature: string; readonly ids: ContentIds }>();
  return {
    get: (raw, stats, rules) => {
      const entry = known.get(raw);
      return entry?.signature === signature(stats, rules) ? entry.ids : undefined;
    },
    set: (raw, stats, rules, ids) => {
      const newest = Math.max(stats.mtimeMs, stats.ctimeMs);
      known.delete(raw);
      if (now() - newest < SETTLED_AFTER_MS) return;
      known.set(raw, { signature: signature(stats, rules), ids });
      if (known.size <= FILES_KEPT) return;
      for (const oldest of known.keys()) {
        known.delete(oldest);
        break;
      }
    },
  };
}

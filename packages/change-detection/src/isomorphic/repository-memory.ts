import type { Commit } from "./commit.ts";
import type { TreeEntry } from "./parse-tree.ts";
import type { Folder } from "./compare-trees.ts";
import type { IndexEntry } from "./parse-index.ts";
import { createStatCache, type StatCache } from "./stat-cache.ts";

/** A map that forgets what was set first when it grows too large. */
export interface BoundedMap<Value> {
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
}

/** What an engine keeps of one repository between calls. Everything in it is named by content, or checked before it is used. */
export interface RepositoryMemory {
  /** isomorphic-git's own: packs that it has read and verified. */
  readonly objects: object;
  readonly trees: BoundedMap<readonly TreeEntry[]>;
  readonly commits: BoundedMap<Commit>;
  readonly stats: StatCache;
  /** The index as it was last read. */
  index: { readonly bytes: Buffer; readonly entries: readonly IndexEntry[]; readonly tree: () => Folder } | undefined;
}

const TREES_KEPT = 50_000;
const COMMITS_KEPT = 100_000;
/** Repositories whose memory is kept. */
const REPOSITORIES_KEPT = 8;

function createBoundedMap<Value>(limit: number): BoundedMap<Value> {
  const map = new Map<string, Value>();
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      map.set(key, value);
      if (map.size <= limit) return;
      for (const oldest of map.keys()) {
        map.delete(oldest);
        break;
      }
    },
  };
}

/** Gives the memory of a repository by its git directory: the same one each time, until too many others were asked for. */
export function createRepositoryMemories(now: () => number = Date.now): (gitDir: string) => RepositoryMemory {
  const memories = new Map<string, RepositoryMemory>();
  return (gitDir) => {
    const known = memories.get(gitDir);
    const memory: RepositoryMemory = known ?? {
      objects: {},
      trees: createBoundedMap(TREES_KEPT),
      commits: createBoundedMap(COMMITS_KEPT),
      stats: createStatCache(now),
      index: undefined,
    };
    memories.delete(gitDir);
    memories.set(gitDir, memory);
    if (memories.size > REPOSITORIES_KEPT) {
      for (const oldest of memories.keys()) {
        memories.delete(oldest);
        break;
      }
    }
    return memory;
  };
}

/** What every engine of this process remembers. All of it is named by content or checked against the disk before it is used. */
export const sharedMemories: (gitDir: string) => RepositoryMemory = createRepositoryMemories();

import { createHash, randomInt } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What is worth keeping: each is decided by the object ids in its key alone, so it can be old but never wrong. */
export type GitFactKind = "commit" | "diff" | "merge-base" | "tree";

/** Facts about git objects, kept for a while across processes. Never the state of a work tree, of the index or of a ref. */
export interface GitCache {
  /** The fact that was kept under these object ids, `undefined` when there is none. Never throws. */
  readonly get: (kind: GitFactKind, key: readonly string[]) => Buffer | undefined;
  /** Keeps a fact. What cannot be written is not kept. Never throws. */
  readonly set: (kind: GitFactKind, key: readonly string[], fact: Uint8Array) => void;
}

/** Where and for how long facts are kept. */
export interface GitCacheOptions {
  /** A folder of its own; made when the first fact is kept. */
  readonly directory: string;
  /**
   * How long a fact serves, in milliseconds.
   * @defaultValue 300000 (five minutes)
   */
  readonly ttlMs?: number | undefined;
  /**
   * Most bytes that all facts together take; the oldest go first. A fact that is larger than a quarter of it is not kept.
   * @defaultValue 67108864 (64 MiB)
   */
  readonly maxBytes?: number | undefined;
  /**
   * Milliseconds since 1970.
   * @defaultValue `Date.now`
   */
  readonly now?: (() => number) | undefined;
}

const DEFAULT_TTL_MS = 5 * 60_000;
const DEFAULT_MAX_BYTES = 64 * 2 ** 20;
/** Share of `maxBytes` that is set free when the folder is full. */
const SPARE_SHARE = 0.25;
const VERSION = "git-fact-1";
const HEADER_BYTES = VERSION.length + 1 + 16 + 1 + 64 + 1;

const sha256 = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

/**
 * Opens a cache of facts about git objects in a folder. Several processes may share it and be killed at any moment: a file is written
 * beside its place and renamed, and one that is cut, altered or of another version counts as missing.
 * @throws {TypeError | RangeError} for a bad option.
 * @example
 * ```js
 * const cache = openGitCache({ directory: "node_modules/.cache/my-tool" });
 * const changes = await detectChanges({ directory: ".", base: "origin/main", cache });
 * ```
 */
export function openGitCache(options: GitCacheOptions): GitCache {
  const { directory, ttlMs = DEFAULT_TTL_MS, maxBytes = DEFAULT_MAX_BYTES, now = Date.now } = options;
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    throw new TypeError(`Cannot open git cache: \`directory\` must be a path, got ${JSON.stringify(directory)}`);
  }
  for (const [name, value] of Object.entries({ ttlMs, maxBytes })) {
    if (!(value >= 0)) throw new RangeError(`Cannot open git cache: \`${name}\` must not be negative, got ${value}`);
  }
  const isFresh = (keptAtMs: number): boolean => keptAtMs <= now() && now() - keptAtMs < ttlMs;
  /** What the folder held when it was last looked through, and what was added here since; other processes may have added more. */
  let takenBytes = 0;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Looks through the folder when it must and no oftener, for that takes time for every fact in it. */
  const makeRoomFor = (sizeBytes: number): void => {
    const isFull = takenBytes + sizeBytes > maxBytes;
    if (!isFull && isFresh(lookedAtMs)) return;
    // From a full folder more goes than has to, so that the next facts find room.
    const roomBytes = (isFull ? maxBytes * (1 - SPARE_SHARE) : maxBytes) - sizeBytes;
    takenBytes = makeRoom(directory, roomBytes, isFresh);
    lookedAtMs = now();
  };
  // The key is in the name only as a hash, so that no id can name another path.
  const fileOf = (kind: GitFactKind, key: readonly string[]): string =>
    path.join(directory, `${kind}-${sha256(JSON.stringify(key))}`);

  return {
    get(kind, key) {
      try {
        const file = fileOf(kind, key);
        if (!statSync(file).isFile()) return undefined;
        const content = readFileSync(file);
        const [version, keptAtMs, checksum] = content.subarray(0, HEADER_BYTES).toString("latin1").split("\n");
        const fact = content.subarray(HEADER_BYTES);
        const isWhole = version === VERSION && checksum === sha256(fact);
        return isWhole && isFresh(Number.parseInt(keptAtMs ?? "", 16)) ? fact : undefined;
      } catch {
        return undefined;
      }
    },
    set(kind, key, fact) {
      if (fact.length > maxBytes / 4) return;
      const file = fileOf(kind, key);
      // A name that nobody can foresee and that must be new: no link or pipe is ever written through.
      const temporary = `${file}.${randomInt(2 ** 47)}.tmp`;
      try {
        mkdirSync(directory, { recursive: true });
        makeRoomFor(HEADER_BYTES + fact.length);
        const keptAtMs = Math.trunc(now());
        const time = keptAtMs.toString(16).padStart(16, "0");
        writeFileSync(temporary, Buffer.concat([Buffer.from(`${VERSION}\n${time}\n${sha256(fact)}\n`), fact]), {
          flag: "wx",
        });
        utimesSync(temporary, keptAtMs / 1000, keptAtMs / 1000);
        renameSync(temporary, file);
        takenBytes += HEADER_BYTES + fact.length;
      } catch {
        // What was begun goes with the facts that are out of date.
      }
    },
  };
}

/** Removes facts that are out of date, and the oldest of the others until the rest fits. Gives the bytes of the rest. */
function makeRoom(directory: string, roomBytes: number, isFresh: (keptAtMs: number) => boolean): number {
  const files = readdirSync(directory)
    .filter((name) => /^(?:commit|diff|merge-base|tree)-[0-9a-f]{64}(?:\.\d+\.tmp)?$/.test(name))
    .flatMap((name) => {
      const file = path.join(directory, name);
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats?.isFile() === true ? [{ file, keptAtMs: stats.mtimeMs, sizeBytes: stats.size }] : [];
    })
    .toSorted((a, b) => b.keptAtMs - a.keptAtMs);
  let takenBytes = 0;
  let keptBytes = 0;
  for (const { file, keptAtMs, sizeBytes } of files) {
    takenBytes += sizeBytes;
    if (takenBytes > roomBytes || !isFresh(keptAtMs)) rmSync(file, { force: true });
    else keptBytes = takenBytes;
  }
  return keptBytes;
}

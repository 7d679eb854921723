import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync, type Stats } from "node:fs";
import { READ_FILE_ITSELF } from "../disk/open-flags.ts";
import { cleanContent, conversionOf, type Conversion } from "./clean-content.ts";
import { broken, unsupported } from "./engine-failure.ts";
import type { IndexEntry } from "./parse-index.ts";
import type { Repository } from "./open-repository.ts";
import type { ContentIds } from "./stat-cache.ts";
import { nameFromRaw, rawOnDisk } from "./raw-name.ts";
import { openAttributes } from "./read-attributes.ts";

/** Larger files are read piece by piece where nothing has to be converted. */
const LARGEST_WHOLE_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** Bytes of one file hashed between two turns of the event loop. */
const BYTES_PER_TURN = 8 * PIECE_BYTES;

/** git's id for a content. */
export function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

type Possible = Exclude<Conversion, { readonly unsupported: string }>;

/** Opens for reading only what is a file: no link is followed, and a pipe does not make anybody wait. */
function openFile(file: string | Buffer): OpenFile | undefined {
  const descriptor = openSync(file, READ_FILE_ITSELF);
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { descriptor, stats };
  closeSync(descriptor);
  return undefined;
}

/** The id of a large file; `undefined` when its size changed on the way. Rejects with the reason of `signal` when it aborts. */
async function hashPieces(
  descriptor: number,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const hash = createHash("sha1").update(`blob ${sizeBytes}\0`);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let total = 0;
  for (;;) {
    const length = readSync(descriptor, piece, 0, PIECE_BYTES, total);
    if (length === 0) break;
    hash.update(piece.subarray(0, length));
    total += length;
    if (total % BYTES_PER_TURN !== 0) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return total === sizeBytes ? hash.digest("hex") : undefined;
}

/** The entry of a path, git's own side of an unmerged one. O(log n). */
function findEntry(entries: readonly IndexEntry[], raw: string): IndexEntry | undefined {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.raw ?? "") < raw) low = middle + 1;
    else high = middle;
  }
  for (let at = low; entries[at]?.raw === raw; at += 1) {
    if (entries[at]?.stage === 0 || entries[at]?.stage === 2) return entries[at];
  }
  return undefined;
}

/** Hashes files of a work tree as `git add` would store them. */
export interface FileHasher {
  /**
   * The ids of the content of a regular file, from memory where the file has not been touched; `undefined` when there is no such file any more.
   * @throws what the file system says when it cannot be read, and EngineFailure for a conversion that only git can do.
   */
  readonly hash: (raw: string, stats: Stats) => Promise<ContentIds | undefined>;
  /** The content as git would store it. */
  readonly read: (raw: string) => Promise<Buffer | undefined>;
}

/**
 * Creates a hasher over the attributes as they are now.
 *
 * @param entries - the index, sorted by name
 * @param signal - ends the hashing of a large file
 */
export function createFileHasher(
  repository: Repository,
  entries: readonly IndexEntry[],
  signal: AbortSignal | undefined,
): FileHasher {
  const { place, store, memory, settings, environment } = repository;
  const { root, commonDir, config } = place;
  const filters = new Set(
    Array.from(config.keys(), (key) => /^filter\.(.*)\.(?:clean|process|required)$/s.exec(key)?.[1]),
  );
  const entryOf = (raw: string): IndexEntry | undefined => findEntry(entries, raw);
  const readIndexed = async (raw: string): Promise<Buffer | undefined> => {
    const entry = entryOf(raw);
    if (entry?.mode.startsWith("100") !== true) return undefined;
    const object = await store.read(entry.id);
    // In a partial clone git would fetch it.
    if (object === undefined)
      throw broken(`the object ${entry.id} of ${JSON.stringify(nameFromRaw(raw).path)} is missing`);
    return object.content;
  };
  const attributesOf = openAttributes({
    root,
    commonDir,
    config,
    environment,
    ignoreCase: settings.ignoreCase,
    readIndexed,
  });
  const conversionFor = async (raw: string): Promise<Possible> => {
    const conversion = conversionOf(await attributesOf(raw), {
      autoCrlf: settings.autoCrlf,
      hasFilter: (name) => filters.has(name),
    });
    if ("unsupported" in conversion) {
      const { path } = nameFromRaw(raw);
      throw unsupported(`${JSON.stringify(path)} has to be read through ${conversion.unsupported}`);
    }
    return conversion;
  };
  const clean = async (content: Buffer, raw: string, conversion: Possible): Promise<Buffer> =>
    cleanContent(content, conversion, () => readIndexed(raw));
  const hashContent = async (file: OpenFile, raw: string, conversion: Possible): Promise<ContentIds | undefined> => {
    const { descriptor, stats } = file;
    if (conversion.lineEndings === "keep" && !conversion.hasIdent && stats.size > LARGEST_WHOLE_BYTES) {
      const id = await hashPieces(descriptor, stats.size, signal);
      return id === undefined ? undefined : { stored: id, bytes: id };
    }
    const content = readFileSync(descriptor);
    const stored = await clean(content, raw, conversion);
    const bytes = blobId(content);
    return { stored: stored === content ? bytes : blobId(stored), bytes };
  };

  return {
    hash: async (raw, stats) => {
      const conversion = await conversionFor(raw);
      const { lineEndings, hasIdent } = conversion;
      // Where line endings are guessed the answer hangs on what is in the index, too.
      const rules = `${lineEndings} ${hasIdent} ${lineEndings === "auto" ? (entryOf(raw)?.id ?? "") : ""}`;
      const known = memory.stats.get(raw, stats, rules);
      if (known !== undefined) return known;
      const file = openFile(rawOnDisk(root, raw));
      if (file === undefined) return undefined;
      try {
        const ids = await hashContent(file, raw, conversion);
        if (ids === undefined) throw new Error("the file changed while it was read");
        memory.stats.set(raw, file.stats, rules, ids);
        return ids;
      } finally {
        closeSync(file.descriptor);
      }
    },
    read: async (raw) => {
      const conversion = await conversionFor(raw);
      const file = openFile(rawOnDisk(root, raw));
      if (file === undefined) return undefined;
      try {
        return await clean(readFileSync(file.descriptor), raw, conversion);
      } finally {
        closeSync(file.descriptor);
      }
    },
  };
}

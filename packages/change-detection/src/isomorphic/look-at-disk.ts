import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { unreadableId } from "../disk/unreadable-id.ts";
import type { PathState } from "../path-facts.ts";
import { isRepository } from "../walk/is-repository.ts";
import { EngineFailure, unsupported } from "./engine-failure.ts";
import { blobId, type FileHasher } from "./hash-work-file.ts";
import { isStatClean, isTouched } from "./is-stat-clean.ts";
import type { Repository } from "./open-repository.ts";
import type { IndexEntry } from "./parse-index.ts";
import { nameFromRaw, rawOnDisk } from "./raw-name.ts";
import type { ContentIds } from "./stat-cache.ts";

/** What is at a path of the work tree. */
export type DiskLook =
  /** As the index has it; with the id of the bytes where the file was written and only conversions make it equal. */
  | { readonly kind: "clean"; readonly bytesId?: string | undefined }
  | { readonly kind: "missing" }
  /** A directory where a submodule is expected. */
  | { readonly kind: "directory" }
  | { readonly kind: "different"; readonly state: PathState };

const CLEAN: DiskLook = { kind: "clean" };
const MISSING: DiskLook = { kind: "missing" };

type Lstat = { readonly stats: Stats | undefined } | { readonly error: unknown };

const isGone = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
};

/** Looks at paths of a work tree, in any order. */
export interface DiskReader {
  /** Compares a path with its entry: by what the file system says where that is enough, by content where it is not. */
  readonly compare: (entry: IndexEntry) => DiskLook | Promise<DiskLook>;
  /** Is anything there that git would look at? */
  readonly isThere: (raw: string) => boolean;
  /** Mode and id of what is there now; `undefined` for nothing, and for what is neither file nor link. */
  readonly stateOf: (raw: string) => Promise<PathState | undefined>;
}

/**
 * Creates a reader of the work tree of a repository.
 *
 * @param signal - when it has aborted, what cannot be read rejects
 */
export function createDiskReader(
  repository: Repository,
  hasher: FileHasher,
  writtenMs: number,
  signal: AbortSignal | undefined,
): DiskReader {
  const { place, settings } = repository;
  const { root } = place;

  /** Folders that are there and are none by a link: below a link git sees nothing of the work tree. */
  const folders = new Map<string, boolean>([["", true]]);
  const isFolder = (prefix: string): boolean => {
    const known = folders.get(prefix);
    if (known !== undefined) return known;
    const folder = prefix.slice(0, -1);
    let result = isFolder(folder.slice(0, folder.lastIndexOf("/") + 1));
    if (result) {
      try {
        result = lstatSync(rawOnDisk(root, folder), { throwIfNoEntry: false })?.isDirectory() === true;
      } catch (error) {
        // What may not be looked at is told of each of its files.
        result = !isGone(error);
      }
    }
    folders.set(prefix, result);
    return result;
  };
  let lastFolder = "";
  let isLastFolder = true;
  const lstat = (raw: string): Lstat => {
    const slash = raw.lastIndexOf("/") + 1;
    if (slash !== lastFolder.length || !raw.startsWith(lastFolder)) {
      lastFolder = raw.slice(0, slash);
      isLastFolder = isFolder(lastFolder);
    }
    if (!isLastFolder) return { stats: undefined };
    try {
      return { stats: lstatSync(rawOnDisk(root, raw), { throwIfNoEntry: false }) };
    } catch (error) {
      return isGone(error) ? { stats: undefined } : { error };
    }
  };

  const modeOf = (stats: Stats, entry: IndexEntry | undefined): string => {
    if (stats.isSymbolicLink()) return "120000";
    if (!settings.fileMode) return entry?.mode.startsWith("100") === true ? entry.mode : "100644";
    return (stats.mode & 0o100) === 0 ? "100644" : "100755";
  };
  /** A state that could not be read equals no other. */
  const unreadable = (mode: string, error: unknown): PathState => {
    if (error instanceof EngineFailure || signal?.aborted === true) throw error;
    return { mode, id: unreadableId() };
  };
  const hash = async (raw: string, stats: Stats): Promise<ContentIds | undefined> => {
    if (!stats.isSymbolicLink()) return hasher.hash(raw, stats);
    const id = blobId(readlinkSync(rawOnDisk(root, raw), { encoding: "buffer" }));
    return { stored: id, bytes: id };
  };

  const compareContent = async (entry: IndexEntry, stats: Stats): Promise<DiskLook> => {
    const mode = modeOf(stats, entry);
    try {
      const ids = await hash(entry.raw, stats);
      if (ids === undefined) return MISSING;
      if (ids.stored !== entry.id || mode !== entry.mode) return { kind: "different", state: { mode, id: ids.stored } };
      const isConverted = ids.bytes !== ids.stored && isTouched(entry, stats, settings);
      return isConverted ? { kind: "clean", bytesId: ids.bytes } : CLEAN;
    } catch (error) {
      return isGone(error) ? MISSING : { kind: "different", state: unreadable(mode, error) };
    }
  };

  return {
    compare: (entry) => {
      const look = lstat(entry.raw);
      if ("error" in look) return { kind: "different", state: unreadable(entry.mode, look.error) };
      const { stats } = look;
      if (stats === undefined) return MISSING;
      if (stats.isDirectory()) {
        if (entry.mode === "160000") return { kind: "directory" };
        // git sees a submodule here that was not added yet.
        const file = rawOnDisk(root, entry.raw);
        if (isRepository(file)) {
          throw unsupported(`a repository stands where ${JSON.stringify(nameFromRaw(entry.raw).path)} was`);
        }
        return MISSING;
      }
      if (!stats.isFile() && !stats.isSymbolicLink()) return MISSING;
      const isPlainLink = !settings.symlinks && entry.mode === "120000" && stats.isFile();
      const isSameType = stats.isSymbolicLink() ? entry.mode === "120000" : entry.mode.startsWith("100") || isPlainLink;
      if (isSameType && !entry.isIntentToAdd && isStatClean(entry, stats, { writtenMs, settings })) {
        const mode = isPlainLink ? entry.mode : modeOf(stats, entry);
        return mode === entry.mode ? CLEAN : { kind: "different", state: { mode, id: entry.id } };
      }
      if (isPlainLink) {
        throw unsupported(`${JSON.stringify(nameFromRaw(entry.raw).path)} is a link that was checked out as a file`);
      }
      return compareContent(entry, stats);
    },
    isThere: (raw) => {
      const look = lstat(raw);
      return "error" in look || look.stats !== undefined;
    },
    stateOf: async (raw) => {
      const look = lstat(raw);
      if ("error" in look) return unreadable("100644", look.error);
      const { stats } = look;
      if (stats === undefined || (!stats.isFile() && !stats.isSymbolicLink())) return undefined;
      const mode = modeOf(stats, undefined);
      try {
        const ids = await hash(raw, stats);
        return ids === undefined ? undefined : { mode, id: ids.stored };
      } catch (error) {
        return isGone(error) ? undefined : unreadable(mode, error);
      }
    },
  };
}

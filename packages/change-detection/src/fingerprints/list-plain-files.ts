import type { FileEntry } from "../change.ts";
import { toFileEntry } from "../file-entry.ts";
import { pathOnDisk } from "../disk/path-on-disk.ts";
import { walkFiles, type WalkOptions } from "../walk/walk-files.ts";
import { fingerprintFiles } from "./fingerprint-files.ts";
import { createDiskReader } from "../disk/read-disk-content.ts";
import { unreadableId } from "../disk/unreadable-id.ts";

/** Files read between two turns of the event loop. */
const FILES_PER_TURN = 200;

/** Which files to list and how. */
export interface PlainListOptions extends WalkOptions {
  /** Lists only paths for which it is true; nothing else is read. Default: all */
  readonly keep?: ((path: string) => boolean) | undefined;
  /** Gives a text that it has never given before, for content that cannot be read. Default: a random UUID */
  readonly nextId?: (() => string) | undefined;
}

/**
 * Lists a directory without any git: the files that `.gitignore` files (and `excludeFiles`) do not hide, in the order of git's index, each with
 * the id that git would give its bytes (SHA-1 of `blob <length>\0<bytes>`, of the target text for a symbolic link). A repository inside is one
 * entry `dir/` with mode 160000 and the fingerprint of its files. Nothing is ever equal by accident: a file, rule file or directory that cannot
 * be read is an entry with an id that equals no other; what vanishes while being read is left out.
 *
 * Files are read one after the other, each through one block of 256 KiB, with a turn for the event loop now and then.
 * @throws as `walkFiles()`.
 */
export async function listPlainFiles(options: PlainListOptions): Promise<readonly FileEntry[]> {
  const { root, keep, nextId, signal } = options;
  const { entries, problems } = await walkFiles(options);
  const read = createDiskReader(signal);
  const files: FileEntry[] = [];
  let looked = 0;
  for (const { name, kind } of entries) {
    if (keep?.(name.path) === false) continue;
    looked += 1;
    if (looked % FILES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    const path = pathOnDisk(root, name);
    if (kind === "nested-repository") {
      files.push(toFileEntry(name, { mode: "160000", id: await nestedId(path, options) }));
      continue;
    }
    const content = await read(path, kind);
    if (content.outcome === "read") files.push(toFileEntry(name, content));
    else if (content.outcome === "unreadable") {
      files.push(toFileEntry(name, { mode: kind === "link" ? "120000" : "100644", id: unreadableId(nextId) }));
    }
  }
  // Nobody knows what would have been in there, so that `keep` is not asked.
  for (const { path, code } of problems) {
    if (code !== "ENOENT" || path === "") files.push({ path, mode: "040000", id: unreadableId(nextId) });
  }
  return files;
}

/** What a repository inside is known by where no git can be asked: all its files. */
async function nestedId(path: string | Buffer, { nextId, ignoreCase, signal }: PlainListOptions): Promise<string> {
  // A name that is not text cannot be walked into: such a repository equals nothing.
  if (typeof path !== "string") return unreadableId(nextId);
  return `files:${fingerprintFiles(await listPlainFiles({ root: path.replace(/\/$/, ""), ignoreCase, nextId, signal }))}`;
}

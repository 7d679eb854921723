import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { NO_FOLDER, type Folder } from "./compare-trees.ts";
import { broken, unsupported } from "./engine-failure.ts";
import { indexTree } from "./index-tree.ts";
import { mergeSplitIndex, parseIndexLink } from "./merge-split-index.ts";
import type { ObjectStore } from "./object-store.ts";
import { parseIndex, type IndexEntry } from "./parse-index.ts";
import type { RepositoryMemory } from "./repository-memory.ts";

/** The index of a work tree. */
export interface ReadIndex {
  /** Sorted by name and stage. */
  readonly entries: readonly IndexEntry[];
  /** The entries as the trees of a commit. */
  readonly tree: () => Folder;
  /** When the file was written, in milliseconds since 1970: files touched later may have been edited without their times telling. */
  readonly writtenMs: number;
}

const TREE_MODE = "040000";

function readFile(file: string): { readonly bytes: Buffer; readonly mtimeMs: number } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw broken(`the index cannot be opened: ${String(error)}`, error);
  }
  try {
    // One after the other from the same file: another process may put a new index in its place at any time.
    const { mtimeMs } = fstatSync(descriptor);
    return { bytes: readFileSync(descriptor), mtimeMs };
  } catch (error) {
    throw broken(`the index cannot be read: ${String(error)}`, error);
  } finally {
    closeSync(descriptor);
  }
}

function parse(bytes: Buffer, gitDir: string, what: string): readonly IndexEntry[] {
  const index = parseIndex(bytes);
  if ("problem" in index) throw broken(`the ${what} cannot be read: ${index.problem}`);
  const [extension] = index.unknownExtensions;
  if (extension !== undefined) throw unsupported(`the index has the extension ${JSON.stringify(extension)}`);
  if (index.link === undefined) return index.entries;

  const link = parseIndexLink(index.link);
  if (link === undefined) throw broken(`the ${what} cannot be read: its link to the shared index is damaged`);
  if (/^0+$/.test(link.baseId)) return index.entries;
  const shared = readFile(path.join(gitDir, `sharedindex.${link.baseId}`));
  if (shared === undefined) throw broken(`the shared index ${link.baseId} is missing`);
  if (shared.bytes.subarray(-20).toString("hex") !== link.baseId)
    throw broken(`the shared index ${link.baseId} is another`);
  const base = parseIndex(shared.bytes);
  if ("problem" in base) throw broken(`the shared index cannot be read: ${base.problem}`);
  const merged = mergeSplitIndex(base.entries, index.entries, link);
  if ("problem" in merged) throw broken(`the ${what} cannot be read: ${merged.problem}`);
  return merged;
}

/** Puts the files of a sparse index in the place of the folders that stand for them. */
async function expandFolders(entries: readonly IndexEntry[], store: ObjectStore): Promise<readonly IndexEntry[]> {
  const expanded: IndexEntry[] = [];
  const add = async (entry: IndexEntry): Promise<void> => {
    if (entry.mode !== TREE_MODE) {
      expanded.push(entry);
      return;
    }
    for (const { raw, mode, id } of await store.tree(entry.id)) {
      await add({ ...entry, raw: `${entry.raw}/${raw}`, mode, id, isSkipped: true });
    }
  };
  for (const entry of entries) await add(entry);
  return expanded.sort((a, b) => (a.raw === b.raw ? a.stage - b.stage : a.raw < b.raw ? -1 : 1));
}

/**
 * Reads the index of a work tree: versions 2 to 4, split and sparse ones too. None at all is an empty one, as in git.
 * @throws {EngineFailure} when it cannot be read.
 */
export async function readIndex(gitDir: string, store: ObjectStore, memory: RepositoryMemory): Promise<ReadIndex> {
  const file = readFile(path.join(gitDir, "index"));
  if (file === undefined) return { entries: [], tree: () => NO_FOLDER, writtenMs: 0 };
  const { bytes, mtimeMs } = file;
  if (memory.index?.bytes.equals(bytes) === true) return { ...memory.index, writtenMs: mtimeMs };
  const parsed = parse(bytes, gitDir, "index");
  const entries = parsed.some(({ mode }) => mode === TREE_MODE) ? await expandFolders(parsed, store) : parsed;
  let built: Folder | undefined;
  memory.index = { bytes, entries, tree: () => (built ??= indexTree(entries)) };
  return { ...memory.index, writtenMs: mtimeMs };
}

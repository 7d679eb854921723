import path from "node:path";
import { walkFiles, type FileEntry } from "@ai-workflow/change-detection";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { findRepository } from "./find-repository.ts";
import type { FolderWatches } from "./folder-watches.ts";

/** Whose folders to watch. */
export interface WatchFoldersOptions {
  readonly directory: string;
  /** What the last look listed. */
  readonly files: readonly FileEntry[];
  readonly signal: AbortSignal;
}

/**
 * Watches every folder of a target that no rule of git hides, and every other one that holds a file that was listed all the same; no others are
 * watched any longer. Each one is watched before it is read, so that a folder that comes in the meantime is either found or told of.
 */
export async function watchFolders(
  watches: FolderWatches,
  { directory, files, signal }: WatchFoldersOptions,
): Promise<void> {
  const repository = findRepository(directory);
  const root = repository?.root ?? directory;
  const prefix = path.relative(root, directory).split(path.sep).join("/");
  const state = prefix === "" ? STATE_FOLDER_NAME : `${prefix}/${STATE_FOLDER_NAME}`;
  watches.begin();
  await walkFiles({
    root,
    excludeFiles: repository === undefined ? [] : [path.join(repository.gitFolder, "info", "exclude")],
    // Rules that stand above the target count in it.
    skip: (name) => name === state || !(isIn(name, prefix) || isIn(prefix, name)),
    onFolder: (folder) => {
      if (isIn(folder, prefix)) watches.open(path.join(root, folder));
    },
    signal,
  });
  const folders = new Set(files.map((file) => path.posix.dirname(file.path)));
  for (const folder of folders) {
    for (let one = folder; one !== "."; one = path.posix.dirname(one)) watches.open(path.join(directory, one));
  }
  watches.end();
}

/** Whether a path is a folder or lies in it; `""` is the root. */
function isIn(inner: string, folder: string): boolean {
  return folder === "" || inner === folder || inner.startsWith(`${folder}/`);
}

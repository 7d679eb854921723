import type { FileEntry } from "../change.ts";
import { ChangeDetectionError } from "../errors.ts";
import { nameKey } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";
import { createBlockReader } from "./block-reader.ts";
import { WITHOUT_MONITOR } from "./git-commands.ts";
import type { Git } from "./git-process.ts";
import { readDiskStates, type DiskFile } from "./read-disk-states.ts";

/**
 * Files that were written since they were checked out and that are none the less what the index has, once git's conversions (line ends,
 * `$Id$`, encodings, filters) are undone: git calls them unchanged, and whoever reads them does not. Each with the id of its bytes.
 *
 * @param tracked - the index
 * @param isKnown - leaves out what was edited in the eyes of git
 */
export async function readConverted(
  git: Git,
  root: string,
  tracked: readonly FileEntry[],
  options: { readonly idLength: number; readonly isKnown: (key: string) => boolean },
): Promise<ReadonlyMap<string, PathState | undefined>> {
  const touched = new Set<string>();
  const reader = createBlockReader(({ text, toName }) => {
    for (const raw of text.split("\0")) if (raw !== "") touched.add(nameKey(toName(raw)));
    return text.length;
  });
  // Goes by the times and sizes in the index alone, and never writes it.
  const args = [
    "--no-optional-locks",
    ...WITHOUT_MONITOR,
    "diff-files",
    "-z",
    "--name-only",
    "--ignore-submodules=all",
  ];
  const { exitCode } = await git(args, { cwd: root, reader });
  if (exitCode !== 0) {
    throw new ChangeDetectionError("Cannot find edits that conversions hide: git diff-files gave no answer", {});
  }
  if (touched.size === 0) return new Map();
  const files = tracked.flatMap(({ path, pathBytes, mode }): DiskFile[] => {
    const name = { path, bytes: pathBytes };
    const key = nameKey(name);
    // git would have told of another mode.
    return touched.has(key) && !options.isKnown(key) ? [{ name, mode }] : [];
  });
  return readDiskStates(git, root, files, { idLength: options.idLength, filters: false });
}

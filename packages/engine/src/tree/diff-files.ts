import type { FileEntry } from "@ai-workflow/change-detection";

/** Paths that differ between two looks at a tree, in their order: content, mode, new and gone. Pure. */
export function diffFiles(before: readonly FileEntry[], after: readonly FileEntry[]): readonly string[] {
  const known = new Map(before.map((file) => [file.path, file]));
  const differing: string[] = [];
  for (const { path, id, mode } of after) {
    const earlier = known.get(path);
    known.delete(path);
    if (earlier === undefined || earlier.id !== id || earlier.mode !== mode) differing.push(path);
  }
  return [...differing, ...known.keys()].sort();
}

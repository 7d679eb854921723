import type { FileEntry } from "../change.ts";
import { toFileEntry } from "../file-entry.ts";
import type { StatusEntry } from "../git-engine.ts";
import { nameKey, type GitName } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";
import type { Findings } from "./drafts.ts";
import type { IndexEntry } from "./parse-index.ts";
import { nameFromRaw, rawFromName } from "./raw-name.ts";

/** Every file that is not ignored, in the order of the index. */
export function listFiles(
  entries: readonly IndexEntry[],
  status: readonly StatusEntry[],
  { states, onDisk }: Findings,
  isExcluded: ((path: string) => boolean) | undefined,
): readonly FileEntry[] {
  const files: { readonly raw: string; readonly file: FileEntry }[] = [];
  const add = (raw: string, name: GitName, state: PathState | undefined): void => {
    if (state !== undefined && isExcluded?.(name.path) !== true) files.push({ raw, file: toFileEntry(name, state) });
  };
  for (const entry of entries) {
    if (entry.stage !== 0) continue;
    const name = nameFromRaw(entry.raw);
    if (states.size > 0 && states.has(nameKey(name))) continue;
    add(entry.raw, name, onDisk.has(entry.raw) ? onDisk.get(entry.raw) : entry);
  }
  if (status.length === 0) return files.map(({ file }) => file);
  const added = new Set<string>();
  for (const { name } of status) {
    const key = nameKey(name);
    if (added.has(key)) continue;
    added.add(key);
    add(rawFromName(name), name, states.get(key));
  }
  return files.sort((a, b) => (a.raw < b.raw ? -1 : 1)).map(({ file }) => file);
}

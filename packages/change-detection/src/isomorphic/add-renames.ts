import { nameKey } from "../git-name.ts";
import type { RawDifference } from "./compare-trees.ts";
import type { Drafts, Findings } from "./drafts.ts";
import type { FileHasher } from "./hash-work-file.ts";
import type { Repository } from "./open-repository.ts";
import { pairRenames, type ReadContent, type RenameEnd } from "./pair-renames.ts";
import type { IndexEntry } from "./parse-index.ts";
import { nameFromRaw } from "./raw-name.ts";

/** Tells of files of a layer which are the two ends of a rename. */
async function addRenames(
  gone: readonly RenameEnd[],
  come: readonly RenameEnd[],
  read: ReadContent,
  drafts: Drafts,
  isWorkRename: boolean,
): Promise<void> {
  for (const [to, from] of await pairRenames(gone, come, read)) {
    const [source, target] = [gone[from], come[to]];
    if (source === undefined || target === undefined) continue;
    const draft = drafts.of(target.raw);
    draft.from = nameFromRaw(source.raw);
    draft.isWorkRename = isWorkRename;
  }
}

/** Between HEAD and index every file that went away may be the one that came. */
export async function addStagedRenames(
  repository: Repository,
  differences: readonly RawDifference[],
  drafts: Drafts,
): Promise<void> {
  const gone: RenameEnd[] = [];
  const come: RenameEnd[] = [];
  for (const { raw, before, after } of differences) {
    if (drafts.get(raw)?.unmerged === true) continue;
    if (before === undefined && after !== undefined) come.push({ raw, state: after });
    if (before !== undefined && after === undefined) gone.push({ raw, state: before });
  }
  const read: ReadContent = async ({ state }) => (await repository.store.read(state.id))?.content;
  await addRenames(gone, come, read, drafts, false);
}

/** Between index and work tree git pairs only what was announced by `git add -N`. */
export async function addWorkRenames(
  repository: Repository,
  entries: readonly IndexEntry[],
  hasher: FileHasher,
  { drafts, states }: Findings,
): Promise<void> {
  const intended = entries.filter(({ isIntentToAdd, stage }) => isIntentToAdd && stage === 0);
  if (intended.length === 0) return;
  const come: RenameEnd[] = [];
  for (const { raw } of intended) {
    const draft = drafts.get(raw);
    const state = draft === undefined ? undefined : states.get(nameKey(draft.name));
    if (draft?.head === undefined && state !== undefined) come.push({ raw, state });
  }
  const gone: RenameEnd[] = [];
  for (const [raw, { unstaged, unmerged, workMode, index }] of drafts.all) {
    if (unstaged && !unmerged && workMode === undefined && index !== undefined) gone.push({ raw, state: index });
  }
  gone.sort((a, b) => (a.raw < b.raw ? -1 : 1));
  const onDisk = new Set(come);
  const read: ReadContent = async (end) =>
    onDisk.has(end) ? hasher.read(end.raw) : (await repository.store.read(end.state.id))?.content;
  await addRenames(gone, come, read, drafts, true);
}

import type { StatusEntry, WorkTree } from "../git-engine.ts";
import { nameKey } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";
import { addStagedRenames, addWorkRenames } from "./add-renames.ts";
import { compareTrees, NO_FOLDER, openTree, type RawDifference } from "./compare-trees.ts";
import { createDraft, createDrafts, type Drafts, type Findings } from "./drafts.ts";
import { unsupported } from "./engine-failure.ts";
import { findUntracked } from "./find-untracked.ts";
import { createFileHasher } from "./hash-work-file.ts";
import { listFiles } from "./list-files.ts";
import { createDiskReader, type DiskReader } from "./look-at-disk.ts";
import { treeOf, type Repository } from "./open-repository.ts";
import type { IndexEntry } from "./parse-index.ts";
import { nameFromRaw, rawFromName } from "./raw-name.ts";
import { readIndex } from "./read-index.ts";
import { readSubmodule, readUntrackedRepository } from "./read-nested.ts";
import type { WorkTreeRequest } from "./work-tree-request.ts";

const SUBMODULE_MODE = "160000";
/** State of an untracked file where nobody needs its content. */
const UNHASHED: PathState = { mode: "100644", id: "unhashed" };
/** Entries looked at between two turns of the event loop. */
const ENTRIES_PER_TURN = 1000;

const stateOf = ({ mode, id }: IndexEntry): PathState => ({ mode, id });
/** Marks unmerged paths, each once, with git's own side as what HEAD has. */
async function addUnmerged(entries: readonly IndexEntry[], disk: DiskReader, findings: Findings): Promise<void> {
  for (const entry of entries) {
    if (entry.stage === 0) continue;
    if (entry.mode === SUBMODULE_MODE) {
      throw unsupported(`the submodule ${JSON.stringify(nameFromRaw(entry.raw).path)} is unmerged`);
    }
    const isKnown = findings.drafts.get(entry.raw) !== undefined;
    const draft = findings.drafts.of(entry.raw);
    if (entry.stage === 2) draft.head = stateOf(entry);
    if (isKnown) continue;
    draft.unstaged = true;
    draft.unmerged = true;
    const state = await disk.stateOf(entry.raw);
    draft.workMode = state?.mode;
    findings.states.set(nameKey(draft.name), state);
  }
}

/** Compares a path with its entry; notes it where they differ. */
async function compareEntry(
  repository: Repository,
  entry: IndexEntry,
  request: WorkTreeRequest,
  disk: DiskReader,
  { drafts, states, onDisk }: Findings,
): Promise<void> {
  const looked = disk.compare(entry);
  const look = looked instanceof Promise ? await looked : looked;
  // An intended addition differs from the index in any case, also where it is an empty file.
  if (look.kind === "clean" && !entry.isIntentToAdd) {
    if (look.bytesId !== undefined) onDisk.set(entry.raw, { mode: entry.mode, id: look.bytesId });
    return;
  }
  let state: PathState | undefined;
  let submodule: StatusEntry["submodule"];
  if (look.kind === "directory") {
    const nested = await readSubmodule(repository, entry.raw, { readWorkTree, signal: request.signal });
    if (nested?.commit === undefined && nested?.isDirty === true) {
      throw unsupported(`the submodule ${JSON.stringify(nameFromRaw(entry.raw).path)} has no commit`);
    }
    if (nested?.commit === undefined) return;
    submodule = { moved: nested.commit !== entry.id, dirty: nested.isDirty };
    if (!submodule.moved && !submodule.dirty) return;
    state = nested.state;
  } else if (look.kind === "different") {
    state = look.state;
  } else if (look.kind === "clean") {
    state = stateOf(entry);
  }
  const draft = drafts.of(entry.raw);
  draft.head = entry.isIntentToAdd ? undefined : stateOf(entry);
  // What is only intended has nothing in the index; taken away again it is as if it had been there, as in git.
  draft.index = entry.isIntentToAdd && state !== undefined ? undefined : stateOf(entry);
  draft.unstaged = true;
  draft.workMode = state?.mode;
  draft.submodule = submodule;
  states.set(nameKey(draft.name), state);
}

/** Compares every path of the index with the disk. */
async function compareDisk(
  repository: Repository,
  entries: readonly IndexEntry[],
  request: WorkTreeRequest,
  disk: DiskReader,
  findings: Findings,
): Promise<void> {
  const { isSparse } = repository.settings;
  let looked = 0;
  for (const entry of entries) {
    if (entry.stage !== 0) continue;
    looked += 1;
    if (looked % ENTRIES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      request.signal?.throwIfAborted();
    }
    if (entry.isAssumedUnchanged || entry.isSkipped) {
      const isShown = entry.isSkipped && !entry.isAssumedUnchanged && isSparse && disk.isThere(entry.raw);
      if (!isShown) {
        if (request.wantsFiles && entry.mode !== SUBMODULE_MODE) await lookAtHidden(entry, disk, findings);
        continue;
      }
    }
    await compareEntry(repository, entry, request, disk, findings);
  }
}

/** What is on the disk where git was told not to look. */
async function lookAtHidden(entry: IndexEntry, disk: DiskReader, findings: Findings): Promise<void> {
  const state = await disk.stateOf(entry.raw);
  findings.onDisk.set(entry.raw, state);
  if (state !== undefined && (state.id !== entry.id || state.mode !== entry.mode)) {
    findings.hiddenEdits.push(nameFromRaw(entry.raw).path);
  }
}

/** Notes what the next commit would change. */
function addStaged(differences: readonly RawDifference[], drafts: Drafts): void {
  for (const { raw, before, after } of differences) {
    const known = drafts.get(raw);
    if (known?.unmerged === true) continue;
    const draft = drafts.of(raw);
    draft.head = before;
    // An intended addition, of which HEAD knows something, is in the index as far as `git status` goes.
    draft.index = after ?? (known === undefined ? undefined : known.index);
    draft.staged = true;
    if (known === undefined && after !== undefined) draft.workMode = after.mode;
  }
}

/** Reads index and work tree of a repository, and what of HEAD differs from them, without writing anything. */
export async function readWorkTree(repository: Repository, request: WorkTreeRequest): Promise<WorkTree> {
  const { place, refs, store, memory } = repository;
  const { wantsFiles, isExcluded, signal } = request;
  const { entries, tree, writtenMs } = await readIndex(place.gitDir, store, memory);
  const hasher = createFileHasher(repository, entries, signal);
  const disk = createDiskReader(repository, hasher, writtenMs, signal);
  const drafts = createDrafts();
  const findings: Findings = { drafts, states: new Map(), onDisk: new Map(), hiddenEdits: [] };

  await addUnmerged(entries, disk, findings);
  await compareDisk(repository, entries, request, disk, findings);

  const head = refs.resolve("HEAD");
  const headTree = head === undefined ? NO_FOLDER : openTree(await treeOf(head, store), (id) => store.tree(id));
  const staged = await compareTrees(headTree, tree());
  addStaged(staged, drafts);
  await addStagedRenames(repository, staged, drafts);
  await addWorkRenames(repository, entries, hasher, findings);

  const untracked: StatusEntry[] = [];
  for (const { name } of await findUntracked(repository, entries, signal)) {
    untracked.push({ ...createDraft(""), name, untracked: true });
  }
  const isIncluded = ({ name }: StatusEntry): boolean => isExcluded?.(name.path) !== true;
  const changed = [...drafts.all.values()].filter(isIncluded);
  const status = [...changed, ...untracked.filter(isIncluded)];
  const isAnythingGone = changed.some(({ workMode, from }) => workMode === undefined || from !== undefined);
  const isHashed = request.hashesUntracked(isAnythingGone);
  for (const { name, untracked: isUntracked } of status) {
    if (!isUntracked) continue;
    const raw = rawFromName(name);
    const state = !isHashed
      ? UNHASHED
      : raw.endsWith("/")
        ? await readUntrackedRepository(repository, raw.slice(0, -1), { readWorkTree, signal })
        : await disk.stateOf(raw);
    findings.states.set(nameKey(name), state);
  }
  return {
    entries: status,
    states: findings.states,
    files: wantsFiles ? listFiles(entries, status, findings, isExcluded) : undefined,
    hiddenEdits:
      isExcluded === undefined ? findings.hiddenEdits : findings.hiddenEdits.filter((path) => !isExcluded(path)),
  };
}

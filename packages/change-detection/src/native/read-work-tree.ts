import type { FileEntry } from "../change.ts";
import { nameOf, toFileEntry } from "../file-entry.ts";
import { fingerprintFiles } from "../fingerprints/fingerprint-files.ts";
import { unreadableId } from "../disk/unreadable-id.ts";
import type { StatusEntry, WorkTree } from "../git-engine.ts";
import { compareNames, nameKey, type GitName } from "../git-name.ts";
import type { PathState } from "../path-facts.ts";
import type { Git } from "./git-process.ts";
import { LIST_INDEX, lsFilesArguments } from "./git-commands.ts";
import { hidingSubmodules } from "./hiding-submodules.ts";
import { lookAtWorkTree, type Look } from "./look-at-work-tree.ts";
import { createLsFilesReader } from "./parse-ls-files.ts";
import type { StatusReport } from "./parse-status.ts";
import { isAttributesFile, mayConvert } from "./may-convert.ts";
import { readConverted } from "./read-converted.ts";
import { readDiskStates, type DiskFile } from "./read-disk-states.ts";
import { untrackedEntry } from "./untracked-entry.ts";
import { unseenEntries } from "./unseen-entries.ts";

const SUBMODULE_MODE = "160000";
/** State of an untracked file where nobody needs its content. */
const UNHASHED: PathState = { mode: "100644", id: "unhashed" };

/** Length of this repository's ids: 40 characters for SHA-1, 64 for SHA-256. */
function idLengthOf(report: StatusReport, files: readonly FileEntry[] | undefined): number {
  if (typeof report.headOid === "string") return report.headOid.length;
  for (const { index } of report.entries) if (index !== undefined) return index.id.length;
  return files?.[0]?.id.length ?? 40;
}

/** A submodule or nested repository: its commit, and what differs from it. */
async function nestedState(git: Git, directory: string, isDirty: boolean): Promise<PathState> {
  if (!isDirty) {
    const head = await git(["rev-parse", "--verify", "-q", "HEAD"], { cwd: directory });
    return { mode: SUBMODULE_MODE, id: head.exitCode === 0 ? head.stdout.toString("latin1").trim() : unreadableId() };
  }
  const look = await lookAtWorkTree(git, directory, true);
  if ("outcome" in look) return { mode: SUBMODULE_MODE, id: unreadableId() };
  const commit = look.report.headOid ?? "unborn";
  const { entries, files = [], hiddenEdits } = await readWorkTree(git, directory, look, { hashesUntracked: true });
  const isClean = entries.length === 0 && hiddenEdits.length === 0;
  return { mode: SUBMODULE_MODE, id: isClean ? commit : `${commit}+${fingerprintFiles(files)}` };
}

/** Looks at every path that differs from the index. */
async function readStates(
  git: Git,
  root: string,
  entries: readonly StatusEntry[],
  idLength: number,
  hashesUntracked: boolean,
): Promise<Map<string, PathState | undefined>> {
  const states = new Map<string, PathState | undefined>();
  const files: DiskFile[] = [];
  for (const { name, unstaged, untracked, workMode, submodule } of entries) {
    if (!unstaged && !untracked) continue;
    const key = nameKey(name);
    if (untracked && !hashesUntracked) states.set(key, UNHASHED);
    else if (workMode === undefined && !untracked) states.set(key, states.get(key));
    else if (submodule !== undefined || name.path.endsWith("/")) {
      states.set(key, await nestedState(git, `${root}/${name.path}`, submodule?.dirty ?? true));
    } else files.push({ name, mode: workMode });
  }
  for (const [key, state] of await readDiskStates(git, root, files, { idLength })) states.set(key, state);
  return states;
}

/**
 * What is on the disk where git was told not to look: a missing file (sparse checkout) is in no list, an edited one has the id that it
 * really has.
 */
async function readUnwatched(
  git: Git,
  root: string,
  unwatched: readonly FileEntry[],
  idLength: number,
): Promise<{ readonly states: Map<string, PathState | undefined>; readonly hiddenEdits: readonly string[] }> {
  const watchable = unwatched.filter(({ mode }) => mode !== SUBMODULE_MODE);
  const disk = watchable.map((file) => ({ name: nameOf(file), mode: undefined }));
  const states = await readDiskStates(git, root, disk, { idLength });
  const hiddenEdits: string[] = [];
  for (const file of watchable) {
    const state = states.get(nameKey(nameOf(file)));
    if (state !== undefined && (state.id !== file.id || state.mode !== file.mode)) hiddenEdits.push(file.path);
  }
  return { states, hiddenEdits };
}

/** Tracked files at which git could not look; the index is read for them where nobody has asked for it. */
async function unseenFiles(git: Git, root: string, look: Look): Promise<readonly StatusEntry[]> {
  const { report, list, messages } = look;
  const { entries } = report;
  const unseen = unseenEntries(root, messages, { entries, files: list?.files });
  if (unseen.length === 0 || list !== undefined) return unseen;
  const reader = createLsFilesReader();
  const { exitCode } = await git(lsFilesArguments(LIST_INDEX), { cwd: root, reader });
  return exitCode === 0 ? unseenEntries(root, messages, { entries, files: reader.files }) : unseen;
}

/** Submodules that are edited inside although `git status` says that they are not. */
async function hiddenSubmodules(git: Git, root: string, { report, list }: Look): Promise<readonly StatusEntry[]> {
  const found: StatusEntry[] = [];
  for (const path of hidingSubmodules(root)) {
    const listed = report.entries.find(({ name }) => name.path === path);
    if (listed !== undefined && listed.submodule?.dirty !== false) continue;
    const look = await lookAtWorkTree(git, `${root}/${path}`, false);
    if ("outcome" in look) continue;
    const { entries } = await readWorkTree(git, `${root}/${path}`, look, { hashesUntracked: false });
    if (entries.length === 0) continue;
    const id = list?.files.find((file) => file.path === path)?.id ?? look.report.headOid;
    const state: PathState = { mode: SUBMODULE_MODE, id: id ?? unreadableId() };
    const entry = listed ?? {
      ...untrackedEntry({ path, bytes: undefined }),
      untracked: false,
      head: state,
      index: state,
    };
    const submodule = { moved: listed?.submodule?.moved ?? false, dirty: true };
    found.push({ ...entry, workMode: SUBMODULE_MODE, unstaged: true, submodule });
  }
  return found;
}

/** The same report with other entries for some paths. */
function withEntries(report: StatusReport, entries: readonly StatusEntry[]): StatusReport {
  const replaced = new Set(entries.map(({ name }) => nameKey(name)));
  return { ...report, entries: [...report.entries.filter(({ name }) => !replaced.has(nameKey(name))), ...entries] };
}

/** Completes what git says by what is on the disk. */
export async function readWorkTree(
  git: Git,
  root: string,
  look: Look,
  options: {
    /** Are ids of untracked files needed: because files are asked for, or because one may be the other end of a rename? */
    readonly hashesUntracked: boolean;
    readonly isExcluded?: ((path: string) => boolean) | undefined;
  },
): Promise<WorkTree> {
  const { isExcluded } = options;
  const { report: said, list } = look;
  const unsaid = [...(await unseenFiles(git, root, look)), ...(await hiddenSubmodules(git, root, look))];
  const report = unsaid.length === 0 ? said : withEntries(said, unsaid);
  const hashesUntracked = options.hashesUntracked || unsaid.length > 0;
  const isIncluded = ({ path }: { readonly path: string }): boolean => isExcluded?.(path) !== true;
  const entries =
    isExcluded === undefined ? report.entries : report.entries.filter(({ name }) => !isExcluded(name.path));
  const idLength = idLengthOf(report, list?.files);
  const states = await readStates(git, root, entries, idLength, hashesUntracked);
  if (list === undefined) return { entries, states, files: undefined, hiddenEdits: [] };

  const unwatched = await readUnwatched(git, root, list.unwatched.filter(isIncluded), idLength);
  const tracked = isExcluded === undefined ? list.files : list.files.filter(isIncluded);
  const edited = new Set(unwatched.states.keys());
  // An edit that git lists and that is none for its content: then something converts, whoever says so.
  let isAnyHidden = false;
  for (const { name, index, unstaged, untracked } of entries) {
    const state = states.get(nameKey(name));
    const isUnchanged = unstaged && state !== undefined && state.id === index?.id && state.mode === index.mode;
    if (untracked || (unstaged && !isUnchanged)) edited.add(nameKey(name));
    if (isUnchanged || (untracked && isAttributesFile(name.path))) isAnyHidden = true;
  }
  const converted =
    isAnyHidden || mayConvert(root, tracked, process.env)
      ? await readConverted(git, root, tracked, { idLength, isKnown: (key) => edited.has(key) })
      : new Map<string, PathState | undefined>();
  if (states.size + unwatched.states.size + converted.size === 0) {
    return { entries, states, files: tracked, hiddenEdits: [] };
  }
  const known = new Map([...states, ...unwatched.states, ...converted]);
  const files = tracked.filter((file) => !known.has(nameKey(nameOf(file))));
  const add = (name: GitName): void => {
    const key = nameKey(name);
    const state = known.get(key);
    // Each path once, also where status has two records for it.
    known.delete(key);
    if (state !== undefined) files.push(toFileEntry(name, state));
  };
  for (const { name } of entries) add(name);
  if (unwatched.states.size + converted.size > 0) for (const file of tracked) add(nameOf(file));
  files.sort((a, b) => compareNames(a.path, a.pathBytes, b.path, b.pathBytes));
  return { entries, states, files, hiddenEdits: unwatched.hiddenEdits };
}

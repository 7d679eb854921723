import { baseCandidates } from "./base-candidates.ts";
import type { ChangeSet, ChangesUnknown, DetectOptions, FileEntry, WorktreeInspection } from "./change.ts";
import { ChangeDetectionError } from "./errors.ts";
import { explainFailure, unknown } from "./native/explain-failure.ts";
import { compareNames, nameKey } from "./git-name.ts";
import { createGit, type Git, type GitResult } from "./native/git-process.ts";
import { netChanges } from "./net-changes.ts";
import { parseDiffTree, type DiffTreeEntry } from "./native/parse-diff-tree.ts";
import { parseStatus, type StatusReport } from "./native/parse-status.ts";
import type { PathFacts, PathState, RenameHint } from "./path-facts.ts";
import { readRepository } from "./native/read-repository.ts";
import { listFiles, LS_FILES_ARGS, readWorkStates, STATUS_ARGS } from "./native/read-work-states.ts";

const DIFF_TREE_ARGS = [
  "diff-tree",
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-relative",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=none",
] as const;

interface WorkTree {
  readonly report: StatusReport;
  readonly states: ReadonlyMap<string, PathState | undefined>;
}

function checkOptions(action: string, options: DetectOptions): void {
  const { directory, base, head, mode, timeoutMs } = options;
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    throw new TypeError(`Cannot ${action}: \`directory\` must be a path, got ${JSON.stringify(directory)}`);
  }
  for (const [name, value] of [
    ["base", base],
    ["head", head],
  ] as const) {
    if (value !== undefined && (typeof value !== "string" || value === "" || value.includes("\0"))) {
      throw new TypeError(`Cannot ${action}: \`${name}\` must be a revision, got ${JSON.stringify(value)}`);
    }
  }
  if (mode !== undefined && mode !== "merge-base" && mode !== "exact") {
    throw new RangeError(`Cannot ${action}: \`mode\` must be "merge-base" or "exact", got ${JSON.stringify(mode)}`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1)) {
    throw new RangeError(
      `Cannot ${action}: \`timeoutMs\` must be a positive number up to 2147483647, got ${timeoutMs}`,
    );
  }
}

/** Facts from the commits, then from index and work tree, joined by name. */
function joinFacts(diff: readonly DiffTreeEntry[], work: WorkTree | undefined): Map<string, PathFacts> {
  const facts = new Map<string, PathFacts>();
  const add = (one: PathFacts): void => {
    facts.set(nameKey(one.name), one);
  };
  const flags = { committed: false, staged: false, unstaged: false, untracked: false, unmerged: false };
  for (const { name, from, before, after } of diff) {
    const base = from === undefined ? before : undefined;
    add({ name, base, head: after, index: after, work: after, ...flags, committed: true });
    if (from !== undefined) {
      add({ name: from, base: before, head: undefined, index: undefined, work: undefined, ...flags, committed: true });
    }
  }
  for (const entry of work?.report.entries ?? []) {
    const key = nameKey(entry.name);
    const known = facts.get(key);
    const one: PathFacts = known ?? {
      name: entry.name,
      base: entry.head,
      head: entry.head,
      index: undefined,
      work: undefined,
      ...flags,
    };
    if (known === undefined) add(one);
    if (entry.untracked) {
      one.untracked = true;
      one.work = work?.states.get(key);
      continue;
    }
    one.index = entry.index;
    one.staged = entry.staged;
    one.unmerged = entry.unmerged;
    one.work = entry.unstaged ? work?.states.get(key) : entry.index;
    // Touched files and phantom edits (line endings) end here: what is in the work tree is what is in the index.
    one.unstaged = entry.unstaged && (entry.unmerged || !isSame(one.index, one.work));
  }
  return facts;
}

function isSame(a: PathState | undefined, b: PathState | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.id === b.id && a.mode === b.mode);
}

/** Tells which paths from the git top level are excluded by prefixes relative to the directory. */
function excluder(exclude: readonly string[] | undefined, prefix: string): ((path: string) => boolean) | undefined {
  if (exclude === undefined || exclude.length === 0) return undefined;
  const folders = exclude.map((one) => `${prefix}${one.replace(/^\.\//, "").replace(/\/+$/, "")}`);
  return (path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

async function readDiffTree(
  git: Git,
  root: string,
  baseOid: string,
  headOid: string,
): Promise<readonly DiffTreeEntry[] | GitResult> {
  const revisions = ["--end-of-options", baseOid, headOid, "--"];
  let result = await git([...DIFF_TREE_ARGS, "-M", "-l1000", ...revisions], { cwd: root });
  if (result.outcome === "exited" && result.exitCode !== 0) {
    // A partial clone may lack the contents that similarity needs; the trees alone still give the right list.
    result = await git([...DIFF_TREE_ARGS, "--no-renames", ...revisions], { cwd: root });
  }
  return result.exitCode === 0 ? parseDiffTree(result.stdout) : result;
}

async function inspect(options: DetectOptions, wantsFiles: boolean): Promise<WorktreeInspection> {
  const { directory, head, mode = "merge-base", signal, timeoutMs } = options;
  const git = createGit({ environment: process.env, signal, timeoutMs });
  const candidates = baseCandidates(options, options.environment ?? process.env);
  const wantsWorkTree = wantsFiles || head === undefined;

  const [statusAnswer, listAnswer, committedAnswer] = [
    wantsWorkTree ? git(STATUS_ARGS, { cwd: directory }) : undefined,
    wantsFiles ? git(LS_FILES_ARGS, { cwd: directory }) : undefined,
    readCommitted(),
  ];
  // All of them are awaited below, but an early return must not leave a rejection that nobody sees.
  const [status, list, { repository, diff }] = await Promise.all([statusAnswer, listAnswer, committedAnswer]);

  async function readCommitted(): Promise<{
    readonly repository: Awaited<ReturnType<typeof readRepository>>;
    readonly diff: readonly DiffTreeEntry[] | GitResult;
  }> {
    const repository = await readRepository(git, { directory, head, mode, candidates });
    if ("known" in repository || "known" in repository.base) return { repository, diff: [] };
    const { root, base, headOid } = repository;
    if (base.oid === null || headOid === null || headOid === undefined || base.oid === headOid) {
      return { repository, diff: [] };
    }
    return { repository, diff: await readDiffTree(git, root, base.oid, headOid) };
  }

  if ("known" in repository) return { changes: repository, files: undefined };
  const { root, prefix, base } = repository;
  const isExcluded = excluder(options.exclude, prefix);

  let work: WorkTree | undefined;
  if (status?.exitCode === 0) {
    const report = parseStatus(status.stdout);
    const entries =
      isExcluded === undefined ? report.entries : report.entries.filter((entry) => !isExcluded(entry.name.path));
    const idLength = idLengthOf(report, list?.stdout);
    work = {
      report: { ...report, entries },
      states: entries.length === 0 ? new Map() : await readWorkStates(git, root, entries, idLength),
    };
  }

  let files: readonly FileEntry[] | undefined;
  if (work !== undefined && list?.exitCode === 0) {
    const all = listFiles(list.stdout, work.report.entries, work.states);
    files = isExcluded === undefined ? all : all.filter((file) => !isExcluded(file.path));
    if (work.states.size > 0) {
      files = files.toSorted((a, b) => compareNames(a.path, a.pathBytes, b.path, b.pathBytes));
    }
  }

  const give = (changes: ChangeSet | ChangesUnknown): WorktreeInspection => ({ changes, files, root, prefix });
  if (head === undefined && work === undefined && status !== undefined) {
    return give(await explainFailure(status, git, directory));
  }
  if ("known" in base) return give(base);
  if (repository.headOid === undefined) {
    return give(unknown("git-failed", "HEAD does not lead to a commit", "See what `git fsck` says in this directory"));
  }
  if (!Array.isArray(diff)) return give(await explainFailure(diff as GitResult, git, directory));
  const committed = diff as readonly DiffTreeEntry[];
  const facts = joinFacts(committed, head === undefined ? work : undefined);
  if (isExcluded !== undefined) {
    for (const [key, { name }] of facts) if (isExcluded(name.path)) facts.delete(key);
  }
  const hints: RenameHint[] = [];
  for (const { name, from } of committed) if (from !== undefined) hints.push({ from, to: name });
  for (const { name, from } of head === undefined ? (work?.report.entries ?? []) : []) {
    if (from !== undefined) hints.push({ from, to: name });
  }
  return give({
    known: true,
    root,
    prefix,
    base,
    headOid: repository.headOid,
    changes: facts.size === 0 ? [] : netChanges(facts.values(), hints),
  });
}

/** Length of this repository's ids: 40 characters for SHA-1, 64 for SHA-256. */
function idLengthOf(report: StatusReport, list: Buffer | undefined): number {
  if (typeof report.headOid === "string") return report.headOid.length;
  for (const { index } of report.entries) if (index !== undefined) return index.id.length;
  return list !== undefined && list.length > 0 ? list.indexOf(" ", 7) - 7 : 40;
}

async function inspectOrExplain(options: DetectOptions, wantsFiles: boolean): Promise<WorktreeInspection> {
  try {
    return await inspect(options, wantsFiles);
  } catch (error) {
    if (!(error instanceof ChangeDetectionError)) throw error;
    return {
      changes: unknown("git-failed", error.message, "Report this with the output of `git version`"),
      files: undefined,
    };
  }
}

/**
 * Gives changes and files in one go: three git processes in parallel where nothing has changed, one or two more where something has.
 * `files` is there whenever git can list files, also when the base is unknown. Never writes to the repository.
 * @throws {TypeError | RangeError} for a bad option; rejects with the reason of `signal` when it aborts.
 */
export async function inspectWorktree(options: DetectOptions): Promise<WorktreeInspection> {
  checkOptions("inspect the work tree", options);
  return inspectOrExplain(options, true);
}

/**
 * Gives the net list of changes between the base and the work tree (or `head`), or a value that says why it cannot be known.
 * Never writes to the repository.
 * @throws {TypeError | RangeError} for a bad option; rejects with the reason of `signal` when it aborts.
 * @example
 * ```js
 * const changes = await detectChanges({ directory: "." });
 * if (changes.known) for (const { status, path } of changes.changes) process.stdout.write(`${status} ${path}\n`);
 * else process.stdout.write(`${changes.message}: ${changes.remedy}\n`);
 * ```
 */
export async function detectChanges(options: DetectOptions): Promise<ChangeSet | ChangesUnknown> {
  checkOptions("detect changes", options);
  return (await inspectOrExplain(options, false)).changes;
}

import type { GitCache } from "../cache/open-git-cache.ts";
import type { ChangesUnknown } from "../change.ts";
import type { EngineAnswer, EngineRequest, GitEngine, TreeDifference } from "../git-engine.ts";
import { unknown } from "../unknown.ts";
import { ChangeDetectionError } from "../errors.ts";
import { explainFailure } from "./explain-failure.ts";
import { diffTreeArguments, LS_FILES_ARGS, STATUS_ARGS } from "./git-commands.ts";
import { createGit, type Git, type GitResult } from "./git-process.ts";
import { createDiffTreeReader, parseDiffTree } from "./parse-diff-tree.ts";
import { createLsFilesReader } from "./parse-ls-files.ts";
import { createStatusReader, type StatusReport } from "./parse-status.ts";
import { readRepository, type Repository } from "./read-repository.ts";
import { readWorkTree } from "./read-work-tree.ts";

type Differences = readonly TreeDifference[];

interface Committed {
  readonly repository: Repository | ChangesUnknown;
  readonly committed: Differences | ChangesUnknown;
}

interface Ends {
  readonly baseOid: string;
  readonly headOid: string;
}

/** Runs `git diff-tree` into a reader, and keeps what it printed where there is a cache. */
async function runDiffTree(
  git: Git,
  {
    cwd,
    args,
    keep,
  }: { readonly cwd: string; readonly args: readonly string[]; readonly keep?: (raw: Buffer) => void },
): Promise<{ readonly result: GitResult; readonly differences: Differences }> {
  const reader = createDiffTreeReader();
  if (keep === undefined) return { result: await git(args, { cwd, reader }), differences: reader.differences };
  const result = await git(args, { cwd });
  if (result.exitCode === 0) {
    reader.push(result.stdout);
    reader.end();
    keep(result.stdout);
  }
  return { result, differences: reader.differences };
}

async function diffTree(
  git: Git,
  root: string,
  { baseOid, headOid }: Ends,
  cache: GitCache | undefined,
): Promise<Differences | ChangesUnknown> {
  const args = diffTreeArguments(baseOid, headOid, true);
  const known = cache?.get("diff", args);
  if (known !== undefined) return parseDiffTree(known);
  const keep = cache === undefined ? undefined : (raw: Buffer): void => cache.set("diff", args, raw);
  const { result, differences } = await runDiffTree(git, { cwd: root, args, ...(keep && { keep }) });
  if (result.exitCode === 0) return differences;
  if (result.outcome !== "exited") return explainFailure(result, git, root);
  // A partial clone may lack the contents that similarity needs; the trees alone still give the right list.
  const treesOnly = await runDiffTree(git, { cwd: root, args: diffTreeArguments(baseOid, headOid, false) });
  return treesOnly.result.exitCode === 0 ? treesOnly.differences : explainFailure(treesOnly.result, git, root);
}

async function readCommitted(git: Git, request: EngineRequest): Promise<Committed> {
  const repository = await readRepository(git, request);
  if ("known" in repository || "known" in repository.base) return { repository, committed: [] };
  const { root, base, headOid } = repository;
  if (base.oid === null || headOid === null || headOid === undefined || base.oid === headOid) {
    return { repository, committed: [] };
  }
  return { repository, committed: await diffTree(git, root, { baseOid: base.oid, headOid }, request.cache) };
}

/** Can an untracked file be the other end of a rename, or stand where a tracked one was? Only where something is gone. */
function isAnythingGone(report: StatusReport, committed: Differences): boolean {
  return (
    report.entries.some((entry) => (!entry.untracked && entry.workMode === undefined) || entry.from !== undefined) ||
    committed.some((difference) => difference.after === undefined || difference.from !== undefined)
  );
}

async function read(git: Git, request: EngineRequest): Promise<EngineAnswer | ChangesUnknown> {
  const { directory, wantsWorkTree, wantsFiles } = request;
  const statusReader = createStatusReader();
  const listReader = createLsFilesReader();
  const [status, list, { repository, committed }] = await Promise.all([
    wantsWorkTree ? git(STATUS_ARGS, { cwd: directory, reader: statusReader }) : undefined,
    wantsFiles ? git(LS_FILES_ARGS, { cwd: directory, reader: listReader }) : undefined,
    readCommitted(git, request),
  ]);
  if ("known" in repository) return repository;
  const answer = { ...repository, committed };
  if (status === undefined) return { ...answer, work: undefined };
  const failed = [status, list].find((result) => result !== undefined && result.exitCode !== 0);
  if (failed !== undefined) return { ...answer, work: await explainFailure(failed, git, directory) };
  const report = statusReader.report();
  const work = await readWorkTree(git, repository.root, report, list === undefined ? undefined : listReader, {
    hashesUntracked: wantsFiles || "known" in committed || isAnythingGone(report, committed),
    isExcluded: request.excludes(repository.prefix),
  });
  return { ...answer, work };
}

/**
 * An engine over the `git` binary: two to four processes in parallel where nothing has changed, one or two more where something has.
 *
 * @param timeoutMs - longest time for one process. Default: 60,000
 */
export function createNativeEngine(options: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number | undefined;
}): GitEngine {
  return async (request) => {
    const git = createGit({ ...options, signal: request.signal });
    try {
      return await read(git, request);
    } catch (error) {
      if (!(error instanceof ChangeDetectionError)) throw error;
      return unknown("git-failed", error.message, "Report this with the output of `git version`");
    }
  };
}

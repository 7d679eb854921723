import path from "node:path";
import type { ChangesUnknown } from "../change.ts";
import type { Environment } from "../environment.ts";
import type { EngineAnswer, EngineRequest, GitEngine, TreeDifference } from "../git-engine.ts";
import { unknown } from "../unknown.ts";
import { ChangeDetectionError } from "../errors.ts";
import { explainFailure } from "./explain-failure.ts";
import { createGit, type Git, type GitResult } from "./git-process.ts";
import { hasReplacements } from "./has-replacements.ts";
import { findIndex, headStamp } from "./index-stamp.ts";
import { lookAtWorkTree, type Look } from "./look-at-work-tree.ts";
import type { StatusReport } from "./parse-status.ts";
import { readCommitted, type Committed } from "./read-committed.ts";
import { readWorkTree } from "./read-work-tree.ts";

/** Can an untracked file be the other end of a rename, or stand where a tracked one was? Only where something is gone. */
function isAnythingGone(report: StatusReport, committed: readonly TreeDifference[]): boolean {
  return (
    report.entries.some((entry) => (!entry.untracked && entry.workMode === undefined) || entry.from !== undefined) ||
    committed.some((difference) => difference.after === undefined || difference.from !== undefined)
  );
}

interface Views {
  readonly look: Look | GitResult | undefined;
  readonly committed: Committed;
}

/** How often HEAD may move between processes that look at it before nobody asks any more. */
const ATTEMPTS = 3;

/**
 * Looks at the commits and at the work tree at the same time. What is staged is counted from HEAD, and HEAD from the base: a commit in
 * between would be in neither list. Where HEAD moved, both are looked at again.
 */
async function view(git: Git, request: EngineRequest): Promise<Views> {
  const { directory, head, wantsWorkTree, wantsFiles } = request;
  for (let left = ATTEMPTS; ; left -= 1) {
    const index = findIndex(directory);
    const before = headStamp(index);
    const [look, committed] = await Promise.all([
      wantsWorkTree ? lookAtWorkTree(git, directory, wantsFiles) : undefined,
      readCommitted(git, request),
    ]);
    const { repository } = committed;
    if (head !== undefined || look === undefined || "outcome" in look || "known" in repository) {
      return { look, committed };
    }
    const { headOid } = repository;
    const isSame = headOid === undefined || look.report.headOid === undefined || look.report.headOid === headOid;
    if (isSame && headStamp(index) === before) return { look, committed };
    if (left === 1) {
      const problem = unknown("git-failed", "HEAD moves while it is looked at", "Run again when nothing commits");
      return { look, committed: { repository, committed: problem } };
    }
  }
}

async function read(git: Git, request: EngineRequest): Promise<EngineAnswer | ChangesUnknown> {
  const { directory, wantsFiles } = request;
  const { look, committed: found } = await view(git, request);
  const { repository, committed } = found;
  if ("known" in repository) return repository;
  const answer = { ...repository, committed };
  if (look === undefined) return { ...answer, work: undefined };
  if ("outcome" in look) return { ...answer, work: await explainFailure(look, git, directory) };
  const work = await readWorkTree(git, repository.root, look, {
    hashesUntracked: wantsFiles || "known" in committed || isAnythingGone(look.report, committed),
    isExcluded: request.excludes(repository.prefix),
  });
  return { ...answer, work };
}

/** The cache, where what is kept in it can be relied on. */
function usableCache({ cache, directory }: EngineRequest): EngineRequest["cache"] {
  const index = cache === undefined ? undefined : findIndex(directory);
  return index === undefined || hasReplacements(path.dirname(index)) ? undefined : cache;
}

/**
 * An engine over the `git` binary: three processes in parallel where nothing has changed, one or two more where something has.
 */
export function createNativeEngine(options: {
  readonly environment: Environment;
  /** Longest time for one process. @defaultValue 60000 */
  readonly timeoutMs?: number | undefined;
}): GitEngine {
  return async (request) => {
    const git = createGit({ ...options, signal: request.signal });
    try {
      return await read(git, { ...request, cache: usableCache(request) });
    } catch (error) {
      if (!(error instanceof ChangeDetectionError)) throw error;
      return unknown("git-failed", error.message, "Report this with the output of `git version`");
    }
  };
}

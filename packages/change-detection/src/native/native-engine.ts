import type { ChangesUnknown } from "../change.ts";
import type { EngineAnswer, EngineRequest, GitEngine, TreeDifference } from "../git-engine.ts";
import { unknown } from "../unknown.ts";
import { ChangeDetectionError } from "../errors.ts";
import { explainFailure } from "./explain-failure.ts";
import { createGit, type Git } from "./git-process.ts";
import { lookAtWorkTree } from "./look-at-work-tree.ts";
import type { StatusReport } from "./parse-status.ts";
import { readCommitted } from "./read-committed.ts";
import { readWorkTree } from "./read-work-tree.ts";

/** Can an untracked file be the other end of a rename, or stand where a tracked one was? Only where something is gone. */
function isAnythingGone(report: StatusReport, committed: readonly TreeDifference[]): boolean {
  return (
    report.entries.some((entry) => (!entry.untracked && entry.workMode === undefined) || entry.from !== undefined) ||
    committed.some((difference) => difference.after === undefined || difference.from !== undefined)
  );
}

async function read(git: Git, request: EngineRequest): Promise<EngineAnswer | ChangesUnknown> {
  const { directory, wantsWorkTree, wantsFiles } = request;
  const [look, { repository, committed }] = await Promise.all([
    wantsWorkTree ? lookAtWorkTree(git, directory, wantsFiles) : undefined,
    readCommitted(git, request),
  ]);
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

/**
 * An engine over the `git` binary: three processes in parallel where nothing has changed, one or two more where something has.
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

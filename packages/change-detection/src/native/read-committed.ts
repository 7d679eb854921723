import type { Base, ChangesUnknown } from "../change.ts";
import type { EngineRequest, TreeDifference } from "../git-engine.ts";
import { firstCandidate } from "../choose-base.ts";
import { commitOf } from "./compare-commits.ts";
import { explainFailure } from "./explain-failure.ts";
import { diffTreeArguments } from "./git-commands.ts";
import type { Git, GitResult } from "./git-process.ts";
import { createDiffTreeReader, parseDiffTree } from "./parse-diff-tree.ts";
import { readRepository, type Repository } from "./read-repository.ts";

/** The repository, and what differs between base and head. */
export interface Committed {
  readonly repository: Repository | ChangesUnknown;
  readonly committed: readonly TreeDifference[] | ChangesUnknown;
}

interface DiffTree {
  readonly result: GitResult;
  readonly differences: readonly TreeDifference[];
}

async function runDiffTree(git: Git, cwd: string, args: readonly string[]): Promise<DiffTree> {
  const reader = createDiffTreeReader();
  return { result: await git(args, { cwd, reader }), differences: reader.differences };
}

/**
 * Starts the comparison that is most likely asked for before it is known whether its base is there: nothing is lost but a process where
 * it is not, and a round trip is saved where it is. Not where an earlier call may have kept the answer.
 */
function beginEarly(git: Git, request: EngineRequest): ((base: Base) => Promise<DiffTree | undefined>) | undefined {
  const { directory, head = "HEAD", mode, candidates, cache } = request;
  const first = firstCandidate(candidates);
  if (first === undefined || cache !== undefined) return undefined;
  const fromMergeBase = mode === "merge-base" && !first.exact;
  const args = diffTreeArguments(commitOf(first.rev), commitOf(head), { renames: true, fromMergeBase });
  const early = runDiffTree(git, directory, args);
  // It is looked at below or not at all.
  early.catch(() => {});
  return async ({ ref, how }) => {
    if (ref !== first.ref || how !== first.how) return undefined;
    const diff = await early;
    return diff.result.exitCode === 0 ? diff : undefined;
  };
}

async function diffTree(
  git: Git,
  root: string,
  ends: { readonly baseOid: string; readonly headOid: string },
  cache: EngineRequest["cache"],
): Promise<readonly TreeDifference[] | ChangesUnknown> {
  const { baseOid, headOid } = ends;
  const args = diffTreeArguments(baseOid, headOid, { renames: true });
  const known = cache?.get("diff", args);
  if (known !== undefined) return parseDiffTree(known);
  let first: DiffTree;
  if (cache === undefined) {
    first = await runDiffTree(git, root, args);
  } else {
    const result = await git(args, { cwd: root });
    first = { result, differences: result.exitCode === 0 ? parseDiffTree(result.stdout) : [] };
    if (result.exitCode === 0) cache.set("diff", args, result.stdout);
  }
  if (first.result.exitCode === 0) return first.differences;
  if (first.result.outcome !== "exited") return explainFailure(first.result, git, root);
  // A partial clone may lack the contents that similarity needs; the trees alone still give the right list.
  const treesOnly = await runDiffTree(git, root, diffTreeArguments(baseOid, headOid, { renames: false }));
  return treesOnly.result.exitCode === 0 ? treesOnly.differences : explainFailure(treesOnly.result, git, root);
}

/** Finds repository and base, and compares base and head. */
export async function readCommitted(git: Git, request: EngineRequest): Promise<Committed> {
  const early = beginEarly(git, request);
  const repository = await readRepository(git, request);
  if ("known" in repository || "known" in repository.base) return { repository, committed: [] };
  const { root, base, headOid } = repository;
  if (base.oid === null || headOid === null || headOid === undefined || base.oid === headOid) {
    return { repository, committed: [] };
  }
  const committed =
    (await early?.(base))?.differences ?? (await diffTree(git, root, { baseOid: base.oid, headOid }, request.cache));
  return { repository, committed };
}

import type { GitCache } from "../cache/open-git-cache.ts";
import type { Comparison } from "../choose-base.ts";
import { isObjectId } from "../object-id.ts";
import type { Git } from "./git-process.ts";

export const commitOf = (rev: string): string => `${rev}^{commit}`;

/**
 * What `git rev-parse` is asked to compare a revision with the head. `A...B` gives commits and merge base at once; but a merge base can
 * take long to find, and where it may be known already it is asked for only if it is not.
 */
export function comparisonArgument(rev: string, head: string, hasCache: boolean): string {
  return hasCache ? commitOf(rev) : `${commitOf(rev)}...${commitOf(head)}`;
}

/** `A...B` prints B, A and the merge bases with a caret, in that order. */
function parseSymmetric(lines: readonly string[]): Comparison | undefined {
  const [headOid, baseOid, mergeBase] = lines;
  if (headOid === undefined || baseOid === undefined || !isObjectId(headOid) || !isObjectId(baseOid)) return undefined;
  return { baseOid, mergeBase: mergeBase?.startsWith("^") === true ? mergeBase.slice(1) : undefined };
}

/** Compares revisions with one head. */
export interface CommitComparer {
  /** Asks git; `undefined` for what is not a commit. */
  readonly compare: (rev: string) => Promise<Comparison | undefined>;
  /** The same for lines that `git rev-parse` printed for `comparisonArgument()`. */
  readonly complete: (lines: readonly string[]) => Promise<Comparison | undefined>;
}

/** Makes a comparer for a head; in a shallow clone nothing is kept, for there a merge base depends on what was fetched. */
export function createCommitComparer(options: {
  readonly git: Git;
  readonly directory: string;
  readonly headOid: string;
  readonly isShallow: boolean;
  readonly cache: GitCache | undefined;
}): CommitComparer {
  const { git, directory: cwd, headOid, isShallow, cache } = options;
  const kept = isShallow ? undefined : cache;

  const withMergeBase = async (baseOid: string): Promise<Comparison | undefined> => {
    if (baseOid === headOid) return { baseOid, mergeBase: headOid };
    const known = kept?.get("merge-base", [baseOid, headOid])?.toString("latin1");
    if (known !== undefined && isObjectId(known)) return { baseOid, mergeBase: known };
    const { exitCode, stdout } = await git(["merge-base", baseOid, headOid], { cwd });
    const [mergeBase = ""] = stdout.toString("latin1").split("\n");
    if (exitCode === 0 && isObjectId(mergeBase)) {
      kept?.set("merge-base", [baseOid, headOid], Buffer.from(mergeBase));
      return { baseOid, mergeBase };
    }
    return exitCode === 1 ? { baseOid, mergeBase: undefined } : undefined;
  };
  const complete = async (lines: readonly string[]): Promise<Comparison | undefined> => {
    if (cache === undefined) return parseSymmetric(lines);
    const [baseOid = "", ...more] = lines;
    // More than one commit is a range, which is no base.
    return isObjectId(baseOid) && more.every((line) => line === "") ? withMergeBase(baseOid) : undefined;
  };
  return {
    complete,
    async compare(rev) {
      if (rev.includes("\0")) return undefined;
      const argument = comparisonArgument(rev, headOid, cache !== undefined);
      const { stdout } = await git(["rev-parse", "--end-of-options", argument], { cwd });
      return complete(stdout.toString("utf8").split("\n").slice(1));
    },
  };
}

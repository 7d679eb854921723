import type { BaseCandidate, BaseCandidates } from "../base-candidates.ts";
import type { GitCache } from "../cache/open-git-cache.ts";
import type { Base, ChangesUnknown } from "../change.ts";
import {
  cannotResolve,
  chooseBase,
  firstCandidate,
  REMOTE_DEFAULT,
  unbornBase,
  type Comparison,
} from "../choose-base.ts";
import { isObjectId } from "../object-id.ts";
import { unknown } from "../unknown.ts";
import { commitOf, comparisonArgument, createCommitComparer } from "./compare-commits.ts";
import { explainFailure } from "./explain-failure.ts";
import type { Git } from "./git-process.ts";

/** Where the repository is, and where the comparison starts and ends. */
export interface Repository {
  readonly root: string;
  readonly prefix: string;
  readonly base: Base | ChangesUnknown;
  /** `undefined` when `head` is not a commit of this repository. */
  readonly headOid: string | null | undefined;
}

const DISCOVERY = [
  "rev-parse",
  "--show-toplevel",
  "--is-inside-work-tree",
  "--show-prefix",
  "--is-shallow-repository",
] as const;

/** Prints the ids of local main and master where they exist; `false` lines keep the answers apart. */
const LOCAL_DEFAULTS = [
  "--glob=refs/heads/mai[n]",
  "--is-inside-git-dir",
  "--glob=refs/heads/maste[r]",
  "--is-inside-git-dir",
] as const;

interface Discovered {
  readonly root: string;
  readonly prefix: string;
  readonly isShallow: boolean;
  /** Branches of the names `main` and `master`, where asked for. */
  readonly localDefaults: readonly { readonly name: string; readonly oid: string }[];
  readonly headOid: string | null;
  /** What was printed for the first candidate. */
  readonly comparison: readonly string[];
}

function parseDiscovery(stdout: string, isBare: boolean, askedDefaults: boolean): Discovered | undefined {
  // The top level may contain newlines, so it ends at the line that says "true", the prefix at a line of the shallow test.
  const topEnd = isBare ? stdout.indexOf("\n") : stdout.indexOf("\ntrue\n");
  if (topEnd < 1) return undefined;
  const root = stdout.slice(0, topEnd);
  const rest = stdout.slice(isBare ? topEnd + 1 : topEnd + 6);
  const match = /(?:^|\n)(true|false)\n/.exec(rest);
  if (match === null) return undefined;
  const prefix = isBare ? "" : rest.slice(0, match.index);
  const lines = rest.slice(match.index + match[0].length).split("\n");
  const localDefaults: { name: string; oid: string }[] = [];
  let at = 0;
  for (const name of askedDefaults ? ["main", "master"] : []) {
    for (; at < lines.length && lines[at] !== "false" && lines[at] !== "true"; at += 1) {
      const oid = lines[at];
      if (oid !== undefined && isObjectId(oid)) localDefaults.push({ name, oid });
    }
    at += 1;
  }
  if (lines[at] !== "--end-of-options") return undefined;
  const head = lines[at + 1] ?? "";
  return {
    root,
    prefix,
    isShallow: match[1] === "true",
    localDefaults,
    headOid: isObjectId(head) ? head : null,
    comparison: lines.slice(at + 2),
  };
}

/**
 * Finds the git top level and the base, with one process where the first candidate is there.
 */
export async function readRepository(
  git: Git,
  options: {
    readonly directory: string;
    readonly head: string | undefined;
    readonly mode: "merge-base" | "exact";
    readonly candidates: BaseCandidates;
    readonly cache: GitCache | undefined;
  },
): Promise<Repository | ChangesUnknown> {
  const { directory, head: headName, mode, candidates, cache } = options;
  const head = headName ?? "HEAD";
  // Asked for in the same breath as where the repository is: most of the time it is the answer.
  const first = firstCandidate(candidates);
  const firstRev = first?.rev ?? REMOTE_DEFAULT;
  const ask = (discovery: readonly string[]): ReturnType<Git> =>
    git(
      [
        ...discovery,
        ...(first === undefined ? LOCAL_DEFAULTS : []),
        "--end-of-options",
        commitOf(head),
        comparisonArgument(firstRev, head, cache !== undefined),
      ],
      { cwd: directory },
    );

  let result = await ask(DISCOVERY);
  let isBare = false;
  if (headName !== undefined && result.stderr.includes("must be run in a work tree")) {
    isBare = true;
    result = await ask(["rev-parse", "--absolute-git-dir", "--is-shallow-repository"]);
  }
  const found =
    result.outcome === "exited"
      ? parseDiscovery(result.stdout.toString("utf8"), isBare, first === undefined)
      : undefined;
  if (found === undefined) return explainFailure(result, git, directory);
  const { root, prefix, isShallow } = found;
  // For a range git prints more than one commit; two dots stand in no other name, but for what is searched for in braces.
  const isRange = headName?.replaceAll(/\{.*?\}/g, "").includes("..") === true;
  const headOid = isRange ? null : found.headOid;

  if (headOid === null) {
    if (headName !== undefined) {
      const head: BaseCandidate = { rev: headName, ref: headName, how: "explicit", exact: true, fetch: headName };
      return { root, prefix, headOid: undefined, base: cannotResolve(head, isShallow, "head") };
    }
    const stands = await git(["rev-parse", "--verify", "-q", "HEAD"], { cwd: directory });
    const isUnborn = stands.exitCode === 1;
    const base = !isUnborn
      ? unknown(
          "git-failed",
          "HEAD does not lead to a commit",
          "See what `git status` and `git fsck` say in this directory",
        )
      : unbornBase(candidates);
    return { root, prefix, headOid: isUnborn ? null : undefined, base };
  }

  const comparer = createCommitComparer({ git, directory, headOid, isShallow, cache });
  const compare = (rev: string): Promise<Comparison | undefined> =>
    rev === firstRev ? comparer.complete(found.comparison) : comparer.compare(rev);
  const localBranch = async (name: string): Promise<string | undefined> =>
    first === undefined
      ? found.localDefaults.find((branch) => branch.name === name)?.oid
      : (await compare(`refs/heads/${name}`))?.baseOid;
  const base = await chooseBase({ headOid, isShallow, compare, localBranch }, { headName, mode, candidates });
  return { root, prefix, headOid, base };
}

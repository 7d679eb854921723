import type { Base, ChangesUnknown } from "../change.ts";
import type { BaseCandidate, BaseCandidates } from "../base-candidates.ts";
import { explainFailure, shellQuote, unknown } from "./explain-failure.ts";
import type { Git } from "./git-process.ts";

/** Where the repository is, and where the comparison starts and ends. */
export interface Repository {
  readonly root: string;
  readonly prefix: string;
  readonly base: Base | ChangesUnknown;
  /** `undefined` when `head` is not a commit of this repository. */
  readonly headOid: string | null | undefined;
}

interface Comparison {
  readonly baseOid: string;
  readonly headOid: string;
  readonly mergeBase: string | undefined;
}

const REMOTE_DEFAULT = "refs/remotes/origin/HEAD";
const isOid = (line: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(line);

/** `A...B` prints B, A and the merge bases with a caret, in that order. */
function parseComparison(lines: readonly string[]): Comparison | undefined {
  const [headOid, baseOid, mergeBase] = lines;
  if (headOid === undefined || baseOid === undefined || !isOid(headOid) || !isOid(baseOid)) return undefined;
  return { baseOid, headOid, mergeBase: mergeBase?.startsWith("^") === true ? mergeBase.slice(1) : undefined };
}

const commitOf = (rev: string): string => `${rev}^{commit}`;
const between = (base: string, head: string): string => `${commitOf(base)}...${commitOf(head)}`;

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
  readonly comparison: Comparison | undefined;
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
      if (oid !== undefined && isOid(oid)) localDefaults.push({ name, oid });
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
    headOid: isOid(head) ? head : null,
    comparison: parseComparison(lines.slice(at + 2)),
  };
}

function cannotResolve(candidate: BaseCandidate, isShallow: boolean): ChangesUnknown {
  if (isShallow && /[\^~]/.test(candidate.rev)) {
    return unknown(
      "shallow",
      `the clone is shallow and does not reach ${candidate.ref}`,
      "git fetch --unshallow origin (in GitHub Actions: actions/checkout with fetch-depth: 0)",
    );
  }
  if (/^0+$/.test(candidate.rev)) {
    return unknown(
      "unknown-ref",
      "the base is all zeros: there was no commit before (a new branch)",
      "Name an existing base, or none to count from the default branch",
    );
  }
  return unknown(
    "unknown-ref",
    `the base ${JSON.stringify(candidate.ref)} is not a commit of this repository`,
    `git fetch ${isShallow ? "--unshallow " : ""}origin ${shellQuote(candidate.fetch)}`,
  );
}

/**
 * Finds the git top level and the base, with one process where the first candidate is there.
 * Order: explicit, CI, pull-request merge, last successful, `origin/HEAD`, local `main` or `master`, HEAD.
 */
export async function readRepository(
  git: Git,
  options: {
    readonly directory: string;
    readonly head: string | undefined;
    readonly mode: "merge-base" | "exact";
    readonly candidates: BaseCandidates;
  },
): Promise<Repository | ChangesUnknown> {
  const { directory, head: headName, mode, candidates } = options;
  const head = headName ?? "HEAD";
  const { explicit, ci, pullRequestMerge, lastSuccessful } = candidates;
  const first = [...explicit, ...ci, ...pullRequestMerge, ...lastSuccessful].find((one) => one.requires === undefined);
  const ask = (discovery: readonly string[]): ReturnType<Git> =>
    git(
      [
        ...discovery,
        ...(first === undefined ? LOCAL_DEFAULTS : []),
        "--end-of-options",
        commitOf(head),
        between(first?.rev ?? REMOTE_DEFAULT, head),
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
  const { root, prefix, isShallow, headOid } = found;

  if (headOid === null) {
    if (headName !== undefined) {
      const head: BaseCandidate = { rev: headName, ref: headName, how: "explicit", exact: true, fetch: headName };
      const why = cannotResolve(head, isShallow);
      return {
        root,
        prefix,
        headOid: undefined,
        base: { ...why, message: why.message.replace("the base", "the head") },
      };
    }
    const stands = await git(["rev-parse", "--verify", "-q", "HEAD"], { cwd: directory });
    const isUnborn = stands.exitCode === 1;
    const base = !isUnborn
      ? unknown(
          "git-failed",
          "HEAD does not lead to a commit",
          "See what `git status` and `git fsck` say in this directory",
        )
      : explicit.length === 0
        ? ({ oid: null, ref: "HEAD", how: "unborn" } as const)
        : unknown(
            "no-merge-base",
            "HEAD has no commit yet, so it shares none with the base",
            "Commit first, or name no base",
          );
    return { root, prefix, headOid: isUnborn ? null : undefined, base };
  }

  const compare = async (rev: string): Promise<Comparison | undefined> => {
    if (rev === (first?.rev ?? REMOTE_DEFAULT)) return found.comparison;
    if (rev.includes("\0")) return undefined;
    const { stdout } = await git(["rev-parse", "--end-of-options", between(rev, headOid)], { cwd: directory });
    return parseComparison(stdout.toString("utf8").split("\n").slice(1));
  };

  /** The first candidate that leads to a base, or what is wrong with the first that does not. */
  const choose = async (list: readonly BaseCandidate[]): Promise<Base | ChangesUnknown | undefined> => {
    let problem: ChangesUnknown | undefined;
    for (const candidate of list) {
      if (candidate.requires !== undefined) {
        const other = await compare(candidate.requires);
        if (other === undefined && !isShallow) continue;
      }
      const comparison = await compare(candidate.rev);
      if (comparison === undefined) {
        problem ??= cannotResolve(candidate, isShallow);
      } else if (candidate.exact || mode === "exact") {
        return { oid: comparison.baseOid, ref: candidate.ref, how: candidate.how };
      } else if (comparison.mergeBase !== undefined) {
        return { oid: comparison.mergeBase, ref: candidate.ref, how: candidate.how };
      } else if (isShallow) {
        problem = unknown(
          "shallow",
          `the clone is shallow and does not reach the merge base with ${candidate.ref}`,
          "git fetch --unshallow origin (in GitHub Actions: actions/checkout with fetch-depth: 0)",
        );
      } else {
        problem = unknown(
          "no-merge-base",
          `${candidate.ref} and ${headName ?? "HEAD"} have no commit in common`,
          'Compare exactly (mode "exact"), or name another base',
        );
      }
    }
    return problem;
  };

  const answer = (base: Base | ChangesUnknown): Repository => ({ root, prefix, headOid, base });
  if (explicit.length > 0) {
    const base = await choose(explicit);
    if (base !== undefined) return answer(base);
  }
  // A problem with what CI names must not end in a base that knows nothing of the pull request.
  let problem: ChangesUnknown | undefined;
  for (const list of [ci, pullRequestMerge]) {
    const base = await choose(list);
    if (base === undefined) continue;
    if (!("known" in base)) return answer(base);
    problem ??= base;
  }
  if (problem !== undefined) return answer(problem);
  const last = await choose(lastSuccessful);
  if (last !== undefined && !("known" in last)) return answer(last);

  const atHead: Base = { oid: headOid, ref: headName ?? "HEAD", how: "head" };
  const byDefault = await chooseDefault();
  // With the last success gone, a base at HEAD would claim that nothing has changed since.
  if (last !== undefined && !("known" in byDefault) && byDefault.oid === headOid) return answer(last);
  return answer(byDefault);

  async function chooseDefault(): Promise<Base | ChangesUnknown> {
    const remote = await compare(REMOTE_DEFAULT);
    if (remote !== undefined) {
      const base = await choose([
        { rev: REMOTE_DEFAULT, ref: "origin/HEAD", how: "remote-default", exact: false, fetch: "HEAD" },
      ]);
      return base ?? atHead;
    }
    for (const name of ["main", "master"]) {
      const rev = `refs/heads/${name}`;
      const local =
        first === undefined
          ? found?.localDefaults.find((branch) => branch.name === name)?.oid
          : (await compare(rev))?.baseOid;
      if (local === undefined) continue;
      if (local === headOid) return atHead;
      const base = await choose([{ rev, ref: name, how: "default-branch", exact: false, fetch: name }]);
      if (base !== undefined) return base;
    }
    return atHead;
  }
}

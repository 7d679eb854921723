import type { BaseCandidate, BaseCandidates } from "./base-candidates.ts";
import type { Base, ChangesUnknown } from "./change.ts";
import { isObjectId } from "./object-id.ts";
import { shellQuote } from "./shell-quote.ts";
import { unknown } from "./unknown.ts";

/** Two commits, and where they parted. */
export interface Comparison {
  readonly baseOid: string;
  /** `undefined` where no common commit can be seen. */
  readonly mergeBase: string | undefined;
}

/** What choosing a base needs to know of a repository that has a commit. */
export interface History {
  readonly headOid: string;
  readonly isShallow: boolean;
  /** Compares a revision with the head; `undefined` when it is not a commit here. */
  readonly compare: (rev: string) => Promise<Comparison | undefined>;
  /** The commit of a local branch, `undefined` when there is none. */
  readonly localBranch: (name: string) => Promise<string | undefined>;
}

/** Where the remote says that its default branch is. */
export const REMOTE_DEFAULT = "refs/remotes/origin/HEAD";

const DEFAULT_BRANCHES = ["main", "master"] as const;

/** Behind a `#`, so that the whole line can be pasted into a shell. */
const FETCH_DEPTH = " # in GitHub Actions: actions/checkout with fetch-depth: 0";

const UNSHALLOW = `git fetch --unshallow origin${FETCH_DEPTH}`;

/** The candidate that is looked at first, whatever the repository says; `undefined` where none was named. */
export function firstCandidate(candidates: BaseCandidates): BaseCandidate | undefined {
  const { explicit, ci, pullRequestMerge, lastSuccessful } = candidates;
  return [...explicit, ...ci, ...pullRequestMerge, ...lastSuccessful].find((one) => one.requires === undefined);
}

/** Says why a candidate leads to no commit. */
export function cannotResolve(
  candidate: BaseCandidate,
  isShallow: boolean,
  what: "base" | "head" = "base",
): ChangesUnknown {
  const { rev, ref, fetch } = candidate;
  if (isShallow && /[\^~]/.test(rev)) {
    return unknown("shallow", `the clone is shallow and does not reach ${ref}`, UNSHALLOW);
  }
  if (/^0+$/.test(rev)) {
    return unknown(
      "vanished-base",
      `the ${what} is all zeros: there was no commit before (a new branch)`,
      "Name an existing base, or none to count from the default branch",
    );
  }
  const command = `git fetch ${isShallow ? "--unshallow " : ""}`;
  const remedy = `${command}origin ${shellQuote(fetch)}`;
  const hint = isShallow ? FETCH_DEPTH : "";
  if (isObjectId(rev.toLowerCase())) {
    return unknown("vanished-base", `the ${what} ${rev} is not (or no longer) in this repository`, remedy + hint);
  }
  // Before the first slash may stand a remote (`upstream/main`) or a part of a name (`release/1.0`).
  const remote = candidate.how === "explicit" ? /^(?!origin\/|refs\/)(\w[\w.-]*)\//.exec(rev)?.[1] : undefined;
  return unknown(
    "unknown-ref",
    `the ${what} ${JSON.stringify(ref)} is not a commit of this repository`,
    remedy + (remote === undefined ? hint : ` # if ${remote} is a remote: ${command}${remote}`),
  );
}

/** What to count from before the first commit: with HEAD for base, as a hook asks, the same as without one. */
export function unbornBase({ explicit: [asked] }: BaseCandidates): Base | ChangesUnknown {
  return asked === undefined || asked.rev === "HEAD" || asked.rev === "@"
    ? { oid: null, ref: "HEAD", how: "unborn" }
    : unknown(
        "no-merge-base",
        "HEAD has no commit yet, so it shares none with the base",
        "Commit first, or name no base",
      );
}

/**
 * The commit to count from. Order: explicit, CI, pull-request merge, last successful, `origin/HEAD`, local `main` or `master`; at the
 * tip of those what the push began from, else HEAD.
 * A candidate that somebody named and that is not there is a problem, not a reason to take the next one.
 */
export async function chooseBase(
  history: History,
  options: {
    readonly headName: string | undefined;
    readonly mode: "merge-base" | "exact";
    readonly candidates: BaseCandidates;
  },
): Promise<Base | ChangesUnknown> {
  const { headOid, isShallow } = history;
  const { headName = "HEAD", mode, candidates } = options;

  /** The first candidate that leads to a base, or what is wrong with the first that does not. */
  const choose = async (list: readonly BaseCandidate[]): Promise<Base | ChangesUnknown | undefined> => {
    let problem: ChangesUnknown | undefined;
    for (const candidate of list) {
      if (candidate.requires !== undefined) {
        const other = await history.compare(candidate.requires);
        if (other === undefined && !isShallow) continue;
      }
      const { ref, how } = candidate;
      const comparison = await history.compare(candidate.rev);
      if (comparison === undefined) {
        problem ??= cannotResolve(candidate, isShallow);
      } else if (candidate.exact || mode === "exact") {
        return { oid: comparison.baseOid, ref, how };
      } else if (comparison.mergeBase !== undefined) {
        return { oid: comparison.mergeBase, ref, how };
      } else if (isShallow) {
        problem = unknown("shallow", `the clone is shallow and does not reach the merge base with ${ref}`, UNSHALLOW);
      } else {
        problem = unknown(
          "no-merge-base",
          `${ref} and ${headName} have no commit in common`,
          'Compare exactly (mode "exact"), or name another base',
        );
      }
    }
    return problem;
  };

  const atHead: Base = { oid: headOid, ref: headName, how: "head" };
  const chooseDefault = async (): Promise<Base | ChangesUnknown> => {
    if ((await history.compare(REMOTE_DEFAULT)) !== undefined) {
      const remote: BaseCandidate = {
        rev: REMOTE_DEFAULT,
        ref: "origin/HEAD",
        how: "remote-default",
        exact: false,
        fetch: "HEAD",
      };
      return (await choose([remote])) ?? atHead;
    }
    for (const name of DEFAULT_BRANCHES) {
      const local = await history.localBranch(name);
      if (local === undefined) continue;
      if (local === headOid) return atHead;
      const branch: BaseCandidate = {
        rev: `refs/heads/${name}`,
        ref: name,
        how: "default-branch",
        exact: false,
        fetch: name,
      };
      const base = await choose([branch]);
      if (base !== undefined) return base;
    }
    return atHead;
  };

  const explicit = await choose(candidates.explicit);
  if (explicit !== undefined) return explicit;
  // A problem with what CI names must not end in a base that knows nothing of the pull request.
  let problem: ChangesUnknown | undefined;
  for (const list of [candidates.ci, candidates.pullRequestMerge]) {
    const base = await choose(list);
    if (base === undefined) continue;
    if (!("known" in base)) return base;
    problem ??= base;
  }
  if (problem !== undefined) return problem;
  const last = await choose(candidates.lastSuccessful);
  if (last !== undefined && !("known" in last)) return last;
  const byDefault = await chooseDefault();
  if ("known" in byDefault || byDefault.oid !== headOid) return byDefault;
  // A base at HEAD would claim that nothing has changed since the last success, or that a push has brought nothing.
  const named = (await choose(candidates.push)) ?? last;
  if (named !== undefined) return named;
  // What a CI machine has cloned without its history, HEAD alone says nothing of.
  const isBlind = candidates.isCi && isShallow && byDefault.how === "head";
  return isBlind
    ? unknown("shallow", "the clone is shallow and nothing names what to compare HEAD with", UNSHALLOW)
    : byDefault;
}

import type { BaseChoice } from "./change.ts";

/** A revision that may serve as base. */
export interface BaseCandidate {
  /** What git is asked for. */
  readonly rev: string;
  /** What people are shown. */
  readonly ref: string;
  readonly how: BaseChoice;
  /** Compared as it is, whatever the mode. */
  readonly exact: boolean;
  /** A revision that must exist too, else the candidate does not apply. */
  readonly requires?: string | undefined;
  /** For a remedy: what to fetch. */
  readonly fetch: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables in which CI providers name the target branch of a pull request. */
const TARGET_BRANCH_VARIABLES = [
  "GITHUB_BASE_REF",
  "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
  "BITBUCKET_PR_DESTINATION_BRANCH",
  "SYSTEM_PULLREQUEST_TARGETBRANCH",
  "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
] as const;

const isOid = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);

function branchCandidates(branch: string, how: BaseChoice): BaseCandidate[] {
  const name = branch.replace(/^refs\/heads\//, "");
  const fetch = `+refs/heads/${name}:refs/remotes/origin/${name}`;
  return [
    { rev: `refs/remotes/origin/${name}`, ref: `origin/${name}`, how, exact: false, fetch },
    { rev: `refs/heads/${name}`, ref: name, how, exact: false, fetch },
  ];
}

/** What `options` and the CI environment say about the base, each list in the order in which it is tried. */
export interface BaseCandidates {
  /** One of these must do: a base was asked for. */
  readonly explicit: readonly BaseCandidate[];
  readonly ci: readonly BaseCandidate[];
  readonly pullRequestMerge: readonly BaseCandidate[];
  readonly lastSuccessful: readonly BaseCandidate[];
}

/** Collects the candidates that were named by somebody; the defaults (`origin/HEAD`, `main`) need no naming. */
export function baseCandidates(
  options: { readonly base?: string | undefined; readonly lastSuccessful?: string | undefined },
  environment: Environment,
): BaseCandidates {
  const { base, lastSuccessful } = options;
  const explicit: BaseCandidate[] = [];
  if (base !== undefined) {
    const isRevision = isOid(base) || /[\^~@:]/.test(base) || base.startsWith("refs/") || base.startsWith("origin/");
    const short = base.replace(/^(?:refs\/remotes\/)?origin\//, "");
    const fetch =
      isOid(base) || /[\^~@:]/.test(base) || short.startsWith("refs/")
        ? base.replace(/[\^~@:].*$/, "")
        : `+refs/heads/${short}:refs/remotes/origin/${short}`;
    explicit.push({ rev: base, ref: base, how: "explicit", exact: false, fetch });
    if (!isRevision) {
      explicit.push({
        rev: `refs/remotes/origin/${base}`,
        ref: `origin/${base}`,
        how: "explicit",
        exact: false,
        fetch,
      });
    }
  }
  const ci: BaseCandidate[] = [];
  for (const variable of TARGET_BRANCH_VARIABLES) {
    const branch = environment[variable];
    if (branch !== undefined && branch !== "") ci.push(...branchCandidates(branch, "ci"));
  }
  const mergeRequestBase = environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"];
  if (mergeRequestBase !== undefined && isOid(mergeRequestBase)) {
    ci.push({ rev: mergeRequestBase, ref: mergeRequestBase, how: "ci", exact: false, fetch: mergeRequestBase });
  }
  return {
    explicit,
    ci,
    pullRequestMerge: /^refs\/pull\/\d+\/merge$/.test(environment["GITHUB_REF"] ?? "")
      ? [{ rev: "HEAD^1", ref: "HEAD^1", how: "pull-request-merge", exact: false, requires: "HEAD^2", fetch: "HEAD" }]
      : [],
    lastSuccessful:
      lastSuccessful === undefined
        ? []
        : [{ rev: lastSuccessful, ref: lastSuccessful, how: "last-successful", exact: true, fetch: lastSuccessful }],
  };
}

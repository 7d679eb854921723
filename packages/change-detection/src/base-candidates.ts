import type { BaseChoice } from "./change.ts";
import type { Environment } from "./environment.ts";
import { isObjectId } from "./object-id.ts";

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

/** A variable that names a branch or commit, and the condition under which it does. */
interface Variable {
  readonly name: string;
  /** The variable counts only where this one is set, and set to something else than `false`. */
  readonly onlyWith?: string | undefined;
}

/** Where CI providers name the target branch of a pull request. Each is documented by its provider under that name. */
const TARGET_BRANCH_VARIABLES: readonly Variable[] = [
  { name: "GITHUB_BASE_REF" },
  { name: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME" },
  { name: "BITBUCKET_PR_DESTINATION_BRANCH" },
  { name: "SYSTEM_PULLREQUEST_TARGETBRANCH" },
  { name: "BUILDKITE_PULL_REQUEST_BASE_BRANCH" },
  { name: "CHANGE_TARGET" },
  { name: "TRAVIS_BRANCH", onlyWith: "TRAVIS_PULL_REQUEST" },
  { name: "APPVEYOR_REPO_BRANCH", onlyWith: "APPVEYOR_PULL_REQUEST_NUMBER" },
  { name: "DRONE_TARGET_BRANCH", onlyWith: "DRONE_PULL_REQUEST" },
  { name: "CI_COMMIT_TARGET_BRANCH", onlyWith: "CI_COMMIT_PULL_REQUEST" },
  { name: "SEMAPHORE_GIT_BRANCH", onlyWith: "SEMAPHORE_GIT_PR_NUMBER" },
  { name: "CIRRUS_BASE_BRANCH" },
  { name: "CODEBUILD_WEBHOOK_BASE_REF" },
  { name: "CF_PULL_REQUEST_TARGET" },
];

/** Where they name the commit at which a pull request parted. */
const TARGET_COMMIT_VARIABLES: readonly Variable[] = [
  { name: "CI_MERGE_REQUEST_DIFF_BASE_SHA" },
  { name: "CIRRUS_BASE_SHA" },
];

/** Where they name the last commit that was built with success. */
const LAST_SUCCESS_VARIABLES: readonly Variable[] = [
  { name: "GIT_PREVIOUS_SUCCESSFUL_COMMIT" },
  { name: "CIRRUS_LAST_GREEN_CHANGE" },
  { name: "VERCEL_GIT_PREVIOUS_SHA" },
];

/** Where they name the commit a branch was at before this push. */
const PUSH_VARIABLES: readonly Variable[] = [
  { name: "CI_COMMIT_BEFORE_SHA" },
  { name: "DRONE_COMMIT_BEFORE" },
  { name: "CODEBUILD_WEBHOOK_PREV_COMMIT" },
];

function* valuesOf(variables: readonly Variable[], environment: Environment): Generator<string> {
  for (const { name, onlyWith } of variables) {
    const value = environment[name];
    const condition = onlyWith === undefined ? "true" : (environment[onlyWith] ?? "");
    const isSet = value !== undefined && value !== "" && !value.includes("\0");
    if (isSet && condition !== "" && condition !== "false") yield value;
  }
}

/** People and CI providers may write an id in either case. */
const isOid = (text: string): boolean => isObjectId(text.toLowerCase());

function branchCandidates(branch: string, how: BaseChoice): BaseCandidate[] {
  const name = branch.replace(/^refs\/heads\//, "");
  const fetch = `+refs/heads/${name}:refs/remotes/origin/${name}`;
  return [
    { rev: `refs/remotes/origin/${name}`, ref: `origin/${name}`, how, exact: false, fetch },
    { rev: `refs/heads/${name}`, ref: name, how, exact: false, fetch },
  ];
}

/** What is known of the event that started a CI run, beside its variables. */
export interface CiEvent {
  /** Commit the branch was at before a push. */
  readonly before?: string | undefined;
  /** Commit that a merge queue puts its group onto. */
  readonly mergeGroupBase?: string | undefined;
}

/** What `options` and the CI environment say about the base, each list in the order in which it is tried. */
export interface BaseCandidates {
  /** One of these must do: a base was asked for. */
  readonly explicit: readonly BaseCandidate[];
  readonly ci: readonly BaseCandidate[];
  readonly pullRequestMerge: readonly BaseCandidate[];
  readonly lastSuccessful: readonly BaseCandidate[];
  /** For a push to the default branch, which has nothing else to be compared with. */
  readonly push: readonly BaseCandidate[];
  /** Does the environment say that this is a CI machine, where nobody edits files? */
  readonly isCi: boolean;
}

const commitCandidate = (rev: string, how: BaseChoice, exact: boolean): BaseCandidate => ({
  rev,
  ref: rev,
  how,
  exact,
  fetch: rev,
});

function explicitCandidates(base: string): BaseCandidate[] {
  const isRevision = isOid(base) || /[\^~@:]/.test(base) || base.startsWith("refs/") || base.startsWith("origin/");
  const short = base.replace(/^(?:refs\/remotes\/)?origin\//, "");
  const fetch =
    isOid(base) || /[\^~@:]/.test(base) || short.startsWith("refs/")
      ? base.replace(/[\^~@:].*$/, "")
      : `+refs/heads/${short}:refs/remotes/origin/${short}`;
  const asIs: BaseCandidate = { rev: base, ref: base, how: "explicit", exact: false, fetch };
  if (isRevision) return [asIs];
  return [asIs, { ...asIs, rev: `refs/remotes/origin/${base}`, ref: `origin/${base}` }];
}

/** Collects the candidates that were named by somebody; the defaults (`origin/HEAD`, `main`) need no naming. */
export function baseCandidates(
  options: { readonly base?: string | undefined; readonly lastSuccessful?: string | undefined },
  environment: Environment,
  event: CiEvent = {},
): BaseCandidates {
  const { base, lastSuccessful } = options;
  const ci: BaseCandidate[] = [];
  for (const branch of valuesOf(TARGET_BRANCH_VARIABLES, environment)) ci.push(...branchCandidates(branch, "ci"));
  for (const commit of valuesOf(TARGET_COMMIT_VARIABLES, environment)) {
    if (isOid(commit)) ci.push(commitCandidate(commit, "ci", false));
  }
  if (event.mergeGroupBase !== undefined) ci.push(commitCandidate(event.mergeGroupBase, "ci", false));
  const lastSuccesses = [
    ...(lastSuccessful === undefined ? [] : [lastSuccessful]),
    ...[...valuesOf(LAST_SUCCESS_VARIABLES, environment)].filter(isOid),
  ];
  const pushes = [
    ...(event.before === undefined ? [] : [event.before]),
    ...[...valuesOf(PUSH_VARIABLES, environment)].filter(isOid),
  ];
  return {
    explicit: base === undefined ? [] : explicitCandidates(base),
    ci,
    pullRequestMerge: /^refs\/pull\/\d+\/merge$/.test(environment["GITHUB_REF"] ?? "")
      ? [{ rev: "HEAD^1", ref: "HEAD^1", how: "pull-request-merge", exact: false, requires: "HEAD^2", fetch: "HEAD" }]
      : [],
    lastSuccessful: lastSuccesses.map((commit) => commitCandidate(commit, "last-successful", true)),
    push: pushes.map((commit) => commitCandidate(commit, "push", true)),
    isCi: !["", "0", "false"].includes(environment["CI"] ?? ""),
  };
}

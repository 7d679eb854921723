import type { ForkEnvironment, ForkVerdict, ReadTextFile } from "./fork-verdict.ts";
import { readGithubEvent } from "./read-github-event.ts";

/** What one CI service says; `undefined` where its variables are not set. */
type Detector = (
  environment: ForkEnvironment,
  readFile: ReadTextFile,
) => ForkVerdict | undefined | Promise<ForkVerdict | undefined>;

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === "true";
const isSet = (value: string | undefined): value is string =>
  value !== undefined && value !== "" && value.toLowerCase() !== "false";

function noPullRequest(service: string): ForkVerdict {
  return { isFork: false, because: `${service} runs this for no pull request` };
}

function compare(service: string, source: string | undefined, target: string | undefined): ForkVerdict {
  if (!isSet(source) || !isSet(target)) {
    return { isFork: "unknown", because: `${service} does not say where the pull request comes from` };
  }
  return source.toLowerCase() === target.toLowerCase()
    ? { isFork: false, because: `${service} says that the pull request comes from this repository` }
    : { isFork: true, because: `${service} says that the pull request comes from another repository` };
}

// git@host:owner/name.git, ssh://git@host:22/owner/name, git://host/owner/name.git and https://user@host/owner/name/ are one repository.
function repositoryOf(url: string | undefined): string | undefined {
  if (!isSet(url)) return undefined;
  const parts = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^:/]+)(?::\d+(?=\/))?[:/]+(.*)$/is.exec(url);
  if (parts === null) return url;
  let path = parts[2] ?? "";
  while (path.endsWith("/")) path = path.slice(0, -1);
  return `${parts[1] ?? ""}/${path.endsWith(".git") ? path.slice(0, -4) : path}`;
}

const detectGitlab: Detector = (environment) => {
  if (!isTrue(environment["GITLAB_CI"])) return undefined;
  if (environment["CI_PIPELINE_SOURCE"] === "external_pull_request_event") {
    const source = environment["CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY"];
    return compare("GitLab", source, environment["CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY"]);
  }
  if (environment["CI_PIPELINE_SOURCE"] !== "merge_request_event" && !isSet(environment["CI_MERGE_REQUEST_IID"])) {
    return noPullRequest("GitLab");
  }
  const source = environment["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"];
  return compare("GitLab", source, environment["CI_MERGE_REQUEST_PROJECT_ID"]);
};

const detectBitbucket: Detector = (environment) => {
  if (!isSet(environment["BITBUCKET_BUILD_NUMBER"])) return undefined;
  if (!isSet(environment["BITBUCKET_PR_ID"])) return noPullRequest("Bitbucket");
  return { isFork: false, because: "Bitbucket starts no pipeline for pull requests from forks" };
};

const detectAzure: Detector = (environment) => {
  if (!isTrue(environment["TF_BUILD"])) return undefined;
  const isFork = environment["SYSTEM_PULLREQUEST_ISFORK"];
  if (isTrue(isFork)) return { isFork: true, because: "Azure Pipelines says that the pull request comes from a fork" };
  const isPullRequest =
    environment["BUILD_REASON"] === "PullRequest" || isSet(environment["SYSTEM_PULLREQUEST_PULLREQUESTID"]);
  if (!isPullRequest) return noPullRequest("Azure Pipelines");
  return isFork?.toLowerCase() === "false"
    ? { isFork: false, because: "Azure Pipelines says that the pull request comes from this repository" }
    : { isFork: "unknown", because: "Azure Pipelines does not say where the pull request comes from" };
};

const detectCircle: Detector = (environment) => {
  if (!isTrue(environment["CIRCLECI"])) return undefined;
  const names = ["CIRCLE_PR_NUMBER", "CIRCLE_PR_REPONAME", "CIRCLE_PR_USERNAME"];
  if (names.some((name) => isSet(environment[name])) || /^pull\/\d/.test(environment["CIRCLE_BRANCH"] ?? "")) {
    return { isFork: true, because: "CircleCI sets the variables of pull requests from forks" };
  }
  return { isFork: false, because: "CircleCI sets no variable of pull requests from forks" };
};

const detectTravis: Detector = (environment) => {
  if (!isTrue(environment["TRAVIS"])) return undefined;
  if (!isSet(environment["TRAVIS_PULL_REQUEST"])) return noPullRequest("Travis CI");
  return compare("Travis CI", environment["TRAVIS_PULL_REQUEST_SLUG"], environment["TRAVIS_REPO_SLUG"]);
};

const detectAppveyor: Detector = (environment) => {
  if (!isTrue(environment["APPVEYOR"])) return undefined;
  if (!isSet(environment["APPVEYOR_PULL_REQUEST_NUMBER"])) return noPullRequest("AppVeyor");
  return compare("AppVeyor", environment["APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME"], environment["APPVEYOR_REPO_NAME"]);
};

const detectBuildkite: Detector = (environment) => {
  if (!isTrue(environment["BUILDKITE"])) return undefined;
  if (!isSet(environment["BUILDKITE_PULL_REQUEST"])) return noPullRequest("Buildkite");
  const source = repositoryOf(environment["BUILDKITE_PULL_REQUEST_REPO"]);
  return compare("Buildkite", source, repositoryOf(environment["BUILDKITE_REPO"]));
};

const detectSemaphore: Detector = (environment) => {
  if (!isTrue(environment["SEMAPHORE"])) return undefined;
  if (environment["SEMAPHORE_GIT_REF_TYPE"] !== "pull-request") return noPullRequest("Semaphore");
  return compare("Semaphore", environment["SEMAPHORE_GIT_PR_SLUG"], environment["SEMAPHORE_GIT_REPO_SLUG"]);
};

const detectJenkins: Detector = (environment) => {
  if (!isSet(environment["JENKINS_URL"])) return undefined;
  if (isSet(environment["CHANGE_FORK"]))
    return { isFork: true, because: "Jenkins says that the change comes from a fork" };
  if (isSet(environment["ghprbPullId"])) return compare("Jenkins", undefined, undefined);
  if (!isSet(environment["CHANGE_ID"])) return noPullRequest("Jenkins");
  return { isFork: false, because: "Jenkins names no fork that the change comes from" };
};

// Neither tells the repository a pull request comes from.
const detectDrone: Detector = (environment) => {
  if (!isTrue(environment["DRONE"])) return undefined;
  const isPullRequest = environment["DRONE_BUILD_EVENT"]?.startsWith("pull_request") === true;
  return isPullRequest || isSet(environment["DRONE_PULL_REQUEST"])
    ? compare("Drone", undefined, undefined)
    : noPullRequest("Drone");
};
const detectWoodpecker: Detector = (environment) => {
  if (environment["CI"] !== "woodpecker") return undefined;
  const isPullRequest = environment["CI_PIPELINE_EVENT"]?.startsWith("pull_request") === true;
  return isPullRequest || isSet(environment["CI_COMMIT_PULL_REQUEST"])
    ? compare("Woodpecker", undefined, undefined)
    : noPullRequest("Woodpecker");
};

const DETECTORS: readonly Detector[] = [
  readGithubEvent,
  detectGitlab,
  detectBitbucket,
  detectAzure,
  detectCircle,
  detectTravis,
  detectAppveyor,
  detectBuildkite,
  detectSemaphore,
  detectJenkins,
  detectDrone,
  detectWoodpecker,
];

/**
 * Tells whether this run works on code of a pull request from a fork: code that anybody could have written. Where variables of several
 * services are set, the most careful answer counts. Outside CI it is no fork; in a CI service that is not known here, `"unknown"`.
 *
 * Sources: the documentation of GitHub Actions (and Gitea and Forgejo, which follow it), GitLab, Bitbucket, Azure Pipelines, CircleCI,
 * Travis CI, AppVeyor, Buildkite, Semaphore and Jenkins; Drone and Woodpecker do not tell forks apart.
 *
 * @param readFile reads the event of GitHub Actions; nothing else is read
 */
export async function detectUntrustedPullRequest(
  environment: ForkEnvironment,
  readFile: ReadTextFile,
): Promise<ForkVerdict> {
  const verdicts: ForkVerdict[] = [];
  for (const detect of DETECTORS) {
    const verdict = await detect(environment, readFile);
    if (verdict !== undefined) verdicts.push(verdict);
  }
  const worst =
    verdicts.find(({ isFork }) => isFork === true) ??
    verdicts.find(({ isFork }) => isFork === "unknown") ??
    verdicts[0];
  if (worst !== undefined) return worst;
  return isSet(environment["CI"])
    ? { isFork: "unknown", because: "This CI service is not known, nor whether this is a pull request from a fork" }
    : { isFork: false, because: "This is no CI run" };
}

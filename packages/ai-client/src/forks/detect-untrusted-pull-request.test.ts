import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { detectUntrustedPullRequest } from "./detect-untrusted-pull-request.ts";
import type { ForkEnvironment } from "./fork-verdict.ts";

const readText = (path: string): Promise<string> => readFile(path, "utf8");

function writeEvent(text: string): string {
  const path = join(temporaryDirectory(), "event.json");
  writeFileSync(path, text);
  return path;
}

async function detect(environment: ForkEnvironment): Promise<boolean | "unknown"> {
  const verdict = await detectUntrustedPullRequest(environment, readText);
  expect(verdict.because).toMatch(/^[A-Z].*[a-z]$/);
  return verdict.isFork;
}

function githubEvent(name: string, event: unknown): ForkEnvironment {
  const path = writeEvent(typeof event === "string" ? event : JSON.stringify(event));
  return { CI: "true", GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path };
}

const OURS = { id: 1, full_name: "us/app", fork: false };
const THEIRS = { id: 2, full_name: "them/app", fork: true };

test.each([
  ["pull_request", { pull_request: { head: { repo: OURS }, base: { repo: OURS } } }, false],
  ["pull_request", { pull_request: { head: { repo: THEIRS }, base: { repo: OURS } } }, true],
  ["pull_request_target", { pull_request: { head: { repo: THEIRS }, base: { repo: OURS } } }, true],
  ["pull_request_review", { pull_request: { head: { repo: THEIRS }, base: { repo: OURS } } }, true],
  ["pull_request", { pull_request: { head: { repo: null }, base: { repo: OURS } } }, true],
  ["pull_request", { pull_request: { head: {}, base: { repo: OURS } } }, "unknown"],
  ["pull_request", { pull_request: { head: { repo: { id: 1, full_name: "us/old" } }, base: { repo: OURS } } }, false],
  ["pull_request", { pull_request: { head: { repo: { full_name: "US/App" } }, base: { repo: OURS } } }, false],
  ["pull_request", { pull_request: { head: { repo: { full_name: "us/app2" } }, base: { repo: OURS } } }, true],
  ["pull_request", { pull_request: { head: { repo: THEIRS } } }, "unknown"],
  ["pull_request", {}, "unknown"],
  ["pull_request", "[]", "unknown"],
  ["pull_request", "null", "unknown"],
  ["pull_request", "{ cut", "unknown"],
  ["workflow_run", { repository: OURS, workflow_run: { head_repository: OURS } }, false],
  ["workflow_run", { repository: OURS, workflow_run: { head_repository: THEIRS } }, true],
  ["workflow_run", { repository: OURS, workflow_run: { head_repository: null } }, true],
  ["workflow_run", { repository: OURS }, "unknown"],
  ["issue_comment", { issue: { number: 1 } }, false],
  ["issue_comment", { issue: { number: 1, pull_request: { url: "x" } } }, "unknown"],
  ["issue_comment", {}, "unknown"],
  ["check_run", {}, "unknown"],
  ["push", "not looked at", false],
  ["merge_group", "not looked at", false],
  ["schedule", "not looked at", false],
])("detectUntrustedPullRequest() reads the event %s %j of GitHub as %j", async (name, event, isFork) => {
  expect(await detect(githubEvent(name, event))).toBe(isFork);
});

test.each([
  [{}, false],
  [{ CI: "true" }, "unknown"],
  [{ CI: "false" }, false],
  [{ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request" }, "unknown"],
  [{ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: "/no/such/file" }, "unknown"],
  [{ GITHUB_ACTIONS: "true" }, "unknown"],
  [{ GITLAB_CI: "true", CI_PIPELINE_SOURCE: "push", CI_PROJECT_ID: "1" }, false],
  [
    {
      GITLAB_CI: "true",
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "10",
      CI_MERGE_REQUEST_PROJECT_ID: "1",
    },
    true,
  ],
  [
    {
      GITLAB_CI: "true",
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "1",
      CI_MERGE_REQUEST_PROJECT_ID: "1",
    },
    false,
  ],
  [{ GITLAB_CI: "true", CI_MERGE_REQUEST_IID: "3", CI_MERGE_REQUEST_PROJECT_ID: "1" }, "unknown"],
  [
    {
      GITLAB_CI: "true",
      CI_PIPELINE_SOURCE: "external_pull_request_event",
      CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY: "them/app",
      CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY: "us/app",
    },
    true,
  ],
  [{ BITBUCKET_BUILD_NUMBER: "7", BITBUCKET_PR_ID: "3" }, false],
  [{ BITBUCKET_BUILD_NUMBER: "7" }, false],
  [{ TF_BUILD: "True", BUILD_REASON: "PullRequest", SYSTEM_PULLREQUEST_ISFORK: "True" }, true],
  [{ TF_BUILD: "True", BUILD_REASON: "PullRequest", SYSTEM_PULLREQUEST_ISFORK: "False" }, false],
  [{ TF_BUILD: "True", BUILD_REASON: "PullRequest" }, "unknown"],
  [{ TF_BUILD: "True", BUILD_REASON: "IndividualCI" }, false],
  [{ CIRCLECI: "true", CIRCLE_PR_REPONAME: "app", CIRCLE_PR_USERNAME: "them" }, true],
  [{ CIRCLECI: "true", CIRCLE_BRANCH: "pull/12" }, true],
  [{ CIRCLECI: "true", CIRCLE_BRANCH: "main", CIRCLE_PULL_REQUEST: "https://github.com/us/app/pull/1" }, false],
  [{ TRAVIS: "true", TRAVIS_PULL_REQUEST: "false", TRAVIS_PULL_REQUEST_SLUG: "", TRAVIS_REPO_SLUG: "us/app" }, false],
  [
    { TRAVIS: "true", TRAVIS_PULL_REQUEST: "4", TRAVIS_PULL_REQUEST_SLUG: "them/app", TRAVIS_REPO_SLUG: "us/app" },
    true,
  ],
  [{ TRAVIS: "true", TRAVIS_PULL_REQUEST: "4", TRAVIS_PULL_REQUEST_SLUG: "us/app", TRAVIS_REPO_SLUG: "us/app" }, false],
  [{ TRAVIS: "true", TRAVIS_PULL_REQUEST: "4", TRAVIS_REPO_SLUG: "us/app" }, "unknown"],
  [
    {
      APPVEYOR: "True",
      APPVEYOR_PULL_REQUEST_NUMBER: "5",
      APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME: "them/app",
      APPVEYOR_REPO_NAME: "us/app",
    },
    true,
  ],
  [{ APPVEYOR: "True", APPVEYOR_REPO_NAME: "us/app" }, false],
  [
    {
      BUILDKITE: "true",
      BUILDKITE_PULL_REQUEST: "7",
      BUILDKITE_PULL_REQUEST_REPO: "git://github.com/them/app.git",
      BUILDKITE_REPO: "git@github.com:us/app.git",
    },
    true,
  ],
  [
    {
      BUILDKITE: "true",
      BUILDKITE_PULL_REQUEST: "7",
      BUILDKITE_PULL_REQUEST_REPO: "git://github.com/us/app.git",
      BUILDKITE_REPO: "git@github.com:us/app.git",
    },
    false,
  ],
  [
    {
      BUILDKITE: "true",
      BUILDKITE_PULL_REQUEST: "7",
      BUILDKITE_PULL_REQUEST_REPO: "https://bot@github.com/us/app/",
      BUILDKITE_REPO: "ssh://git@github.com:22/us/app.git",
    },
    false,
  ],
  [{ BUILDKITE: "true", BUILDKITE_PULL_REQUEST: "7", BUILDKITE_REPO: "git@github.com:us/app.git" }, "unknown"],
  [{ BUILDKITE: "true", BUILDKITE_PULL_REQUEST: "false", BUILDKITE_REPO: "git@github.com:us/app.git" }, false],
  [
    {
      SEMAPHORE: "true",
      SEMAPHORE_GIT_REF_TYPE: "pull-request",
      SEMAPHORE_GIT_PR_SLUG: "them/app",
      SEMAPHORE_GIT_REPO_SLUG: "us/app",
    },
    true,
  ],
  [{ SEMAPHORE: "true", SEMAPHORE_GIT_REF_TYPE: "branch", SEMAPHORE_GIT_REPO_SLUG: "us/app" }, false],
  [{ JENKINS_URL: "https://ci", CHANGE_ID: "5", CHANGE_FORK: "them" }, true],
  [{ JENKINS_URL: "https://ci", CHANGE_ID: "5" }, false],
  [{ JENKINS_URL: "https://ci" }, false],
  [{ JENKINS_URL: "https://ci", ghprbPullId: "5" }, "unknown"],
  [{ DRONE: "true", DRONE_BUILD_EVENT: "pull_request" }, "unknown"],
  [{ DRONE: "true", DRONE_BUILD_EVENT: "push" }, false],
  [{ CI: "woodpecker", CI_PIPELINE_EVENT: "pull_request_closed" }, "unknown"],
  [{ CI: "woodpecker", CI_PIPELINE_EVENT: "push" }, false],
  [{ CIRCLECI: "true", CIRCLE_PR_USERNAME: "them", JENKINS_URL: "https://ci" }, true],
  [{ JENKINS_URL: "https://ci", DRONE: "true", DRONE_BUILD_EVENT: "pull_request" }, "unknown"],
] satisfies [ForkEnvironment, boolean | "unknown"][])(
  "detectUntrustedPullRequest() takes %j for fork: %j",
  async (environment, isFork) => {
    expect(await detect(environment)).toBe(isFork);
  },
);

test("detectUntrustedPullRequest() reads nothing outside GitHub Actions", async () => {
  const read: string[] = [];
  const environment = { GITHUB_EVENT_PATH: "/event.json", GITHUB_EVENT_NAME: "pull_request", GITLAB_CI: "true" };
  await detectUntrustedPullRequest(environment, (path) => {
    read.push(path);
    return "{}";
  });
  expect(read).toEqual([]);
});

test("detectUntrustedPullRequest() takes any JSON document for an event, and never trusts one without both repositories", async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => {
      const environment = {
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_NAME: "pull_request",
        GITHUB_EVENT_PATH: "/event.json",
      };
      const verdict = await detectUntrustedPullRequest(environment, () => text);
      expect(verdict.isFork).toBe("unknown");
    }),
  );
});

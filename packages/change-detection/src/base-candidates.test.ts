import { describe, expect, test } from "vitest";
import { baseCandidates } from "./base-candidates.ts";
import type { Environment } from "./environment.ts";

const A = "a".repeat(40);

const ciOf = (environment: Environment): string[] => baseCandidates({}, environment).ci.map(({ rev }) => rev);

describe("baseCandidates()", () => {
  test.each<[provider: string, environment: Environment]>([
    ["GitHub", { GITHUB_BASE_REF: "main" }],
    ["GitLab", { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" }],
    ["Bitbucket", { BITBUCKET_PR_DESTINATION_BRANCH: "main" }],
    ["Azure Pipelines", { SYSTEM_PULLREQUEST_TARGETBRANCH: "refs/heads/main" }],
    ["Buildkite", { BUILDKITE_PULL_REQUEST_BASE_BRANCH: "main" }],
    ["Jenkins", { CHANGE_TARGET: "main" }],
    ["Travis", { TRAVIS_BRANCH: "main", TRAVIS_PULL_REQUEST: "12" }],
    ["AppVeyor", { APPVEYOR_REPO_BRANCH: "main", APPVEYOR_PULL_REQUEST_NUMBER: "12" }],
    ["Drone", { DRONE_TARGET_BRANCH: "main", DRONE_PULL_REQUEST: "12" }],
    ["Woodpecker", { CI_COMMIT_TARGET_BRANCH: "main", CI_COMMIT_PULL_REQUEST: "12" }],
    ["Semaphore", { SEMAPHORE_GIT_BRANCH: "main", SEMAPHORE_GIT_PR_NUMBER: "12" }],
    ["Cirrus", { CIRRUS_BASE_BRANCH: "main" }],
    ["CodeBuild", { CODEBUILD_WEBHOOK_BASE_REF: "refs/heads/main" }],
    ["Codefresh", { CF_PULL_REQUEST_TARGET: "main" }],
  ])("%s names the target branch, at origin and then locally", (_, environment) => {
    expect(ciOf(environment)).toEqual(["refs/remotes/origin/main", "refs/heads/main"]);
  });

  test.each<Environment>([
    { TRAVIS_BRANCH: "main", TRAVIS_PULL_REQUEST: "false" },
    { TRAVIS_BRANCH: "main" },
    { APPVEYOR_REPO_BRANCH: "main", APPVEYOR_PULL_REQUEST_NUMBER: "" },
    { SEMAPHORE_GIT_BRANCH: "main" },
    { DRONE_TARGET_BRANCH: "main" },
    { GITHUB_BASE_REF: "" },
    { GITHUB_BASE_REF: "ma\0in" },
    { CIRRUS_BASE_SHA: "no commit" },
  ])("what is no pull request or no name counts for nothing: %j", (environment) => {
    expect(ciOf(environment)).toEqual([]);
  });

  test("a commit goes behind the branch, and the base of a merge group counts as one", () => {
    expect(ciOf({ CI_MERGE_REQUEST_DIFF_BASE_SHA: A })).toEqual([A]);
    expect(ciOf({ CIRRUS_BASE_SHA: A, CIRRUS_BASE_BRANCH: "x" }).at(-1)).toBe(A);
    expect(baseCandidates({}, {}, { mergeGroupBase: A }).ci.map(({ rev }) => rev)).toEqual([A]);
  });

  test.each(["GIT_PREVIOUS_SUCCESSFUL_COMMIT", "CIRRUS_LAST_GREEN_CHANGE", "VERCEL_GIT_PREVIOUS_SHA"])(
    "%s is the last success, behind the one that is named by option",
    (variable) => {
      const { lastSuccessful } = baseCandidates({ lastSuccessful: "b" }, { [variable]: A });
      expect(lastSuccessful.map(({ rev, exact }) => [rev, exact])).toEqual([
        ["b", true],
        [A, true],
      ]);
    },
  );

  test.each(["CI_COMMIT_BEFORE_SHA", "DRONE_COMMIT_BEFORE", "CODEBUILD_WEBHOOK_PREV_COMMIT"])(
    "%s is where a push began",
    (variable) => {
      const { push, ci } = baseCandidates({}, { [variable]: A });
      expect(push).toEqual([{ rev: A, ref: A, how: "push", exact: true, fetch: A }]);
      expect(ci).toEqual([]);
    },
  );
});

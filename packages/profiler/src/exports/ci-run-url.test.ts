import { describe, expect, test } from "vitest";
import { ciRunUrl } from "./ci-run-url.ts";

describe("ciRunUrl()", () => {
  test.each([
    [
      { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" },
      "https://github.com/a/b/actions/runs/7",
    ],
    [{ CI_PIPELINE_URL: "https://gitlab.example/a/b/-/pipelines/7" }, "https://gitlab.example/a/b/-/pipelines/7"],
    [{ BUILDKITE_BUILD_URL: "https://buildkite.com/a/b/builds/7" }, "https://buildkite.com/a/b/builds/7"],
    [{ CIRCLE_BUILD_URL: "https://circleci.com/gh/a/b/7" }, "https://circleci.com/gh/a/b/7"],
    [
      { SYSTEM_COLLECTIONURI: "https://dev.azure.com/a/", SYSTEM_TEAMPROJECT: "b c", BUILD_BUILDID: "7" },
      "https://dev.azure.com/a/b%20c/_build/results?buildId=7",
    ],
    [{ BUILD_URL: "https://me:secret@jenkins.example/job/a/7/" }, "https://jenkins.example/job/a/7/"],
  ])("knows %o", (environment, url) => {
    expect(ciRunUrl(environment)).toBe(url);
  });

  test.each([{}, { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "a/b" }, { BUILD_URL: "/srv/build" }])(
    "knows none for %o",
    (environment) => {
      expect(ciRunUrl(environment)).toBeUndefined();
    },
  );
});

import { expect, test } from "vitest";
import { makeRepository, type TestRepository } from "../repository.ts";
import { contract, lines } from "./contract.ts";

contract("continuous integration", ({ known, netOf, unknownOf }) => {
  function pullRequest(): { origin: TestRepository; merged: string } {
    const origin = makeRepository();
    origin.git("checkout", "-q", "-b", "feature");
    origin.write("feature.txt");
    origin.commit();
    origin.git("checkout", "-q", "main");
    origin.write("main.txt");
    origin.commit();
    origin.git("checkout", "-q", "--detach");
    origin.git("merge", "-q", "--no-ff", "--no-edit", "feature");
    const merged = origin.git("rev-parse", "HEAD");
    origin.git("update-ref", "refs/pull/7/merge", merged);
    origin.git("checkout", "-q", "main");
    return { origin, merged };
  }

  function checkOut(
    origin: TestRepository,
    depth: number | undefined,
    refs: readonly string[],
    head: string,
  ): TestRepository {
    const repository = makeRepository({ empty: true });
    repository.git("remote", "add", "origin", `file://${origin.root}`);
    repository.git("fetch", "-q", ...(depth === undefined ? [] : [`--depth=${depth}`]), "origin", ...refs);
    repository.git("checkout", "-q", "--detach", head);
    return repository;
  }

  test.each([
    ["GITHUB_BASE_REF", "main"],
    ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"],
    ["BITBUCKET_PR_DESTINATION_BRANCH", "main"],
    ["SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"],
    ["BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"],
  ])("%s names the base", async (variable, value) => {
    const { origin, merged } = pullRequest();
    const refs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/pull/7/merge:refs/remotes/pull/7/merge"];
    const repository = checkOut(origin, undefined, refs, merged);
    const set = await known(repository, { environment: { [variable]: value } });
    expect(set.base).toEqual({ oid: origin.git("rev-parse", "main"), ref: "origin/main", how: "ci" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("a CI branch that is only local serves, too", async () => {
    const { origin } = pullRequest();
    origin.git("checkout", "-q", "feature");
    const set = await known(origin, { environment: { GITHUB_BASE_REF: "main" } });
    expect(set.base).toMatchObject({ ref: "main", how: "ci" });
  });

  test("GitLab's merge base id serves where the target branch was not fetched", async () => {
    const { origin } = pullRequest();
    const base = origin.git("merge-base", "main", "feature");
    const repository = checkOut(
      origin,
      undefined,
      ["+refs/heads/feature:refs/remotes/origin/feature"],
      "origin/feature",
    );
    const set = await known(repository, {
      environment: { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main", CI_MERGE_REQUEST_DIFF_BASE_SHA: base },
    });
    expect(set.base).toEqual({ oid: base, ref: base, how: "ci" });
  });

  test("explicit goes before CI", async () => {
    const { origin } = pullRequest();
    const set = await known(origin, { base: "HEAD~1", environment: { GITHUB_BASE_REF: "feature" } });
    expect(set.base).toMatchObject({ ref: "HEAD~1", how: "explicit" });
  });

  test("the synthetic merge of a pull request is compared with its first parent", async () => {
    const { origin, merged } = pullRequest();
    const repository = checkOut(origin, 2, ["+refs/pull/7/merge:refs/remotes/pull/7/merge"], merged);
    const environment = { GITHUB_REF: "refs/pull/7/merge", GITHUB_BASE_REF: "main" };
    const set = await known(repository, { environment });
    expect(set.base).toEqual({ oid: origin.git("rev-parse", "main"), ref: "HEAD^1", how: "pull-request-merge" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("with a depth of one the answer is a problem with a remedy, not an empty list", async () => {
    const { origin, merged } = pullRequest();
    const repository = checkOut(origin, 1, ["+refs/pull/7/merge:refs/remotes/pull/7/merge"], merged);
    expect(await unknownOf(repository, { environment: { GITHUB_REF: "refs/pull/7/merge" } })).toMatchObject({
      code: "shallow",
    });
    const problem = await unknownOf(repository, {
      environment: { GITHUB_REF: "refs/pull/7/merge", GITHUB_BASE_REF: "main" },
    });
    expect(problem.code).toBe("unknown-ref");
    expect(problem.remedy).toContain("--unshallow");
  });

  test("a pull request's head that is no merge does not take HEAD^1", async () => {
    const { origin } = pullRequest();
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    const repository = checkOut(origin, undefined, refs, "origin/feature");
    const set = await known(repository, { environment: { GITHUB_REF: "refs/pull/7/merge" } });
    expect(set.base.how).not.toBe("pull-request-merge");
  });

  test("shallow without a visible merge base is 'shallow', with exact mode it is an answer", async () => {
    const { origin } = pullRequest();
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    const repository = checkOut(origin, 1, refs, "origin/feature");
    const problem = await unknownOf(repository, { base: "origin/main" });
    expect(problem.code).toBe("shallow");
    expect(problem.remedy).toContain("--unshallow");
    expect(await netOf(repository, { base: "origin/main", mode: "exact" })).toEqual([
      "added feature.txt [committed]",
      "deleted main.txt [committed]",
    ]);
  });

  test("shallow but deep enough works", async () => {
    const { origin } = pullRequest();
    const refs = ["+refs/heads/feature:refs/remotes/origin/feature", "+refs/heads/main:refs/remotes/origin/main"];
    origin.git("checkout", "-q", "feature");
    const repository = checkOut(origin, 2, refs, "origin/feature");
    expect(await netOf(repository, { base: "origin/main" })).toEqual(["added feature.txt [committed]"]);
  });

  test("unrelated histories are 'no-merge-base'", async () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "--orphan", "other");
    repository.write("other.txt");
    repository.commit();
    expect(await unknownOf(repository, { base: "main" })).toMatchObject({ code: "no-merge-base" });
  });
});

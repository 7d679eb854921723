import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, makeRepository, openRepository, type TestRepository } from "../repository.ts";
import { contract, asRecords, filesByGit, lines } from "./contract.ts";

contract("base and head", ({ known, netOf, unknownOf, inspect, detect }) => {
  test("before the first commit everything is new, from the empty tree", async () => {
    const repository = makeRepository({ empty: true });
    repository.write("staged.txt");
    repository.git("add", "staged.txt");
    repository.write("untracked.txt");
    const set = await known(repository);
    expect(lines(set)).toEqual(["added staged.txt [staged]", "untracked untracked.txt [untracked]"]);
    expect(set.base).toEqual({ oid: null, ref: "HEAD", how: "unborn" });
    expect(set.headOid).toBeNull();
    for (const base of ["HEAD", "@"]) expect(await known(repository, { base })).toEqual(set);
    for (const base of ["HEAD~1", "main"]) expect((await unknownOf(repository, { base })).code).toBe("no-merge-base");
  });

  test("a root commit and a detached HEAD are nothing special", async () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "--detach");
    repository.write("a.txt", "new\n");
    expect(await netOf(repository)).toEqual(["modified a.txt [unstaged]"]);
  });

  /** `main` moves on after `feature` has left it. */
  function parted(): TestRepository {
    const repository = makeRepository();
    repository.git("checkout", "-q", "-b", "feature");
    repository.write("feature.txt");
    repository.commit();
    repository.git("checkout", "-q", "main");
    repository.write("main.txt");
    repository.commit();
    repository.git("checkout", "-q", "feature");
    return repository;
  }

  test("a base that moved on: merge base by default, exact on request", async () => {
    const repository = parted();
    const set = await known(repository, { base: "main" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
    expect(set.base).toEqual({ oid: repository.git("merge-base", "main", "HEAD"), ref: "main", how: "explicit" });
    expect(await netOf(repository, { base: "main", mode: "exact" })).toEqual([
      "added feature.txt [committed]",
      "deleted main.txt [committed]",
    ]);
  });

  test("local main is the base where HEAD is elsewhere", async () => {
    const set = await known(parted());
    expect(set.base).toMatchObject({ ref: "main", how: "default-branch" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("origin/HEAD goes before local main, and unpushed commits count", async () => {
    const origin = makeRepository();
    const folder = makeFolder();
    origin.git("clone", "-q", origin.root, folder);
    const repository = openRepository(folder);
    repository.write("local.txt");
    repository.commit();
    const set = await known(repository);
    expect(set.base).toEqual({ oid: origin.git("rev-parse", "HEAD"), ref: "origin/HEAD", how: "remote-default" });
    expect(lines(set)).toEqual(["added local.txt [committed]"]);
  });

  test("a base that only the remote has", async () => {
    const origin = parted();
    const folder = makeFolder();
    origin.git("clone", "-q", "--branch", "feature", ".", folder);
    const set = await known(openRepository(folder), { base: "main" });
    expect(set.base).toMatchObject({ ref: "origin/main", how: "explicit" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
  });

  test("back-merges and criss-cross histories have an answer", async () => {
    const repository = parted();
    const [feature, main] = [repository.git("rev-parse", "feature"), repository.git("rev-parse", "main")];
    repository.git("merge", "-q", "--no-edit", main);
    repository.git("checkout", "-q", "main");
    repository.git("merge", "-q", "--no-edit", feature);
    repository.write("late.txt");
    repository.commit();
    const set = await known(repository, { base: "feature" });
    expect([feature, main]).toContain(set.base.oid);
    expect(set.changes.map(({ path }) => path)).toContain("late.txt");
  });

  test("annotated tags, packed refs, and a ref that is named like a file", async () => {
    const repository = makeRepository();
    repository.git("tag", "-a", "-m", "v1", "v1");
    repository.git("tag", "a.txt");
    repository.git("branch", "src");
    repository.git("pack-refs", "--all");
    repository.write("new.txt");
    repository.commit();
    for (const base of ["v1", "a.txt", "src", "HEAD~1", "HEAD^"]) {
      const set = await known(repository, { base });
      expect(lines(set), base).toEqual(["added new.txt [committed]"]);
      expect(set.base.oid).toBe(repository.git("rev-parse", "HEAD~1"));
    }
  });

  test("commit to commit does not look at the work tree", async () => {
    const repository = parted();
    repository.write("untracked.txt");
    repository.write("a.txt", "edit\n");
    const set = await known(repository, { base: "feature~1", head: "feature" });
    expect(lines(set)).toEqual(["added feature.txt [committed]"]);
    expect(set.headOid).toBe(repository.git("rev-parse", "feature"));
  });

  test("an unknown head is a named result", async () => {
    expect(await unknownOf(makeRepository(), { base: "main", head: "nope" })).toMatchObject({ code: "unknown-ref" });
  });

  test("a bare repository has a committed view only", async () => {
    const origin = parted();
    const folder = makeFolder();
    origin.git("clone", "-q", "--bare", ".", folder);
    const bare = openRepository(folder);
    const set = await detect({ directory: folder, base: "main", head: "feature" });
    expect(set.known && lines(set)).toEqual(["added feature.txt [committed]"]);
    expect(await unknownOf(bare)).toMatchObject({ code: "no-work-tree" });
  });

  test("an explicit base that is not there names the fetch command", async () => {
    const repository = makeRepository();
    const problem = await unknownOf(repository, { base: "release/2" });
    expect(problem.code).toBe("unknown-ref");
    expect(problem.remedy).toBe(
      "git fetch origin +refs/heads/release/2:refs/remotes/origin/release/2 # if release is a remote: git fetch release",
    );
    const { changes, files } = await inspect({
      directory: repository.root,
      base: "release/2",
    });
    expect(changes).toEqual(problem);
    expect(asRecords(files ?? [])).toEqual(filesByGit(repository));
  });

  test("all zeros and a vanished commit are unknown, and zeros are never fetched", async () => {
    const repository = makeRepository();
    const zeros = await unknownOf(repository, { base: "0".repeat(40) });
    expect(zeros.code).toBe("vanished-base");
    expect(zeros.remedy).not.toContain("fetch");
    expect(await unknownOf(repository, { base: "1".repeat(40) })).toMatchObject({
      code: "vanished-base",
      remedy: `git fetch origin ${"1".repeat(40)}`,
    });
  });

  test.each(["-x", "--upload-pack=touch pwned", "$(touch pwned)", "a..b", "main:a.txt", "HEAD^{tree}", "x\ny"])(
    "a base that looks like something else is unknown: %j",
    async (base) => {
      const repository = makeRepository();
      expect(await unknownOf(repository, { base })).toMatchObject({ code: "unknown-ref" });
      expect(existsSync(join(repository.root, "pwned"))).toBe(false);
    },
  );

  test("the last successful commit is compared exactly; a vanished one is never 'nothing changed'", async () => {
    const repository = parted();
    const last = repository.git("rev-parse", "main");
    const set = await known(repository, { lastSuccessful: last });
    expect(set.base).toEqual({ oid: last, ref: last, how: "last-successful" });
    expect(lines(set)).toEqual(["added feature.txt [committed]", "deleted main.txt [committed]"]);
    const fallback = await known(repository, { lastSuccessful: "1".repeat(40) });
    expect(fallback.base.how).toBe("default-branch");
    repository.git("checkout", "-q", "main");
    expect(await unknownOf(repository, { lastSuccessful: "1".repeat(40) })).toMatchObject({ code: "vanished-base" });
  });
});
